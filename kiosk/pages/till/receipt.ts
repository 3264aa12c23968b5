import type { View } from '../../../till/till.ts';

/**
 * What the receipt of an outcome is worth. Its signature was checked by the kiosk, which serves this page and has the
 * backend's keys; here it is looked at whether it is of this very question.
 */
export type ReceiptWorth = 'right' | 'simulated' | 'wrong' | 'none';

const ISSUERS: Readonly<Record<string, ReceiptWorth>> = {
  'liveness-kiosk-backend': 'right',
  'liveness-kiosk-simulator': 'simulated',
};

export function worthOf(view: View): ReceiptWorth {
  if (view.receipt === undefined) return 'none';
  const said = readPayload(view.receipt);
  if (!said) return 'wrong';
  const fits =
    said.verification === (view.record ?? view.verification) &&
    said.sale === view.sale &&
    said.round === view.round &&
    said.outcome === view.outcome &&
    said.reason === view.reason &&
    isSame(said.assistance, view.assistance);
  return fits ? (ISSUERS[String(said.iss)] ?? 'wrong') : 'wrong';
}

/** The last eight letters and digits of the receipt's signature: enough to find it by, and it gives nothing away. */
export function shortCode(receipt: string): string {
  return receipt
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-8)
    .toUpperCase();
}

type Told = { readonly kind?: unknown; readonly by?: unknown } | undefined;
/** As much was asked as is told, and the same one vouched. */
const isSame = (said: unknown, told: Told): boolean => {
  const receipt = said as Told;
  return receipt?.kind === told?.kind && receipt?.by === told?.by;
};

function readPayload(receipt: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = atob((receipt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
