/** The till's last look: does the receipt hold, and does it say what the kiosk said? */
import type { JSONWebKeySet } from 'jose';
import type { TillView } from '../kiosk/contract.ts';
import { readReceipt } from '../server/contract/receipt.ts';

/** @returns what is wrong with the receipt of a verification, or undefined when it holds. */
export async function checkReceipt(backend: string, view: TillView): Promise<string | undefined> {
  if (view.receipt === undefined) return 'there is none';
  const response = await fetch(`${backend}/.well-known/jwks.json`);
  const read = await readReceipt(view.receipt, (await response.json()) as JSONWebKeySet);
  if (!read.ok) return read.message;
  const { verification, outcome, reason, sale } = read.receipt;
  const agrees =
    verification === view.verification && outcome === view.outcome && reason === view.reason && sale === view.sale;
  return agrees ? undefined : 'it says something else than the kiosk did';
}
