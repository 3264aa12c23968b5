import { agree, makeShare } from '../kiosk/till/pake.ts';
import type { Answer, TillOptions } from './contract.ts';
import { no, once, persist } from './wire.ts';

/** A till that is paired: keep it where nobody else reads it. */
export type Pairing = {
  /** Id of this till at the kiosk. */
  readonly till: string;
  readonly name: string;
  /** Bearer key; it was never sent. */
  readonly key: string;
  /** Of the kiosk's certificate, for `createPinnedFetch`; empty without TLS. */
  readonly pin: string;
};

export type PairOptions = Pick<TillOptions, 'url' | 'fetch'> & {
  /** How the kiosk's screen names this till: 1 to 32 letters, digits, spaces or ._#- */
  readonly name: string;
  /**
   * Of the certificate that this till saw itself (`seePin`), never what the kiosk says; empty without TLS. With another
   * one than the kiosk's own, somebody sits on the line and no key comes out.
   */
  readonly pin: string;
  /** Asks the cashier for the six digits on the kiosk's screen. @returns nothing to give up. */
  readonly code: (offer: { readonly tries: number; readonly expiresAt: string }) => Promise<string | undefined>;
};

type Offer = { readonly pairing: string; readonly share: string; readonly tries: number; readonly expiresAt: string };

const LIMIT_MS = 10_000;

/** Makes this till known to a kiosk. Codes besides the kiosk's own: `kiosk-not-proven`, `pairing-given-up`. */
export async function pair(options: PairOptions): Promise<Answer<Pairing>> {
  const begun = await once<Offer>(options, 'POST', '/v1/pairings', { body: { till: options.name } });
  if (!begun.ok) return begun;
  const { pairing, share, tries, expiresAt } = begun.value;
  const context = { pairing, till: options.name, fingerprint: options.pin };
  const path = `/v1/pairings/${encodeURIComponent(pairing)}`;
  for (let left = tries; ; left--) {
    const code = await options.code({ tries: left, expiresAt });
    if (code === undefined) {
      await once(options, 'POST', `${path}/cancel`, {});
      return no('pairing-given-up');
    }
    const own = await makeShare(code.replace(/\s/g, ''), context, crypto.getRandomValues(new Uint8Array(32)));
    const agreed = await agree(own, share, 'till', context);
    if (!agreed) return no('kiosk-not-proven');
    const body = { share: own.share, proof: agreed.tillProof };
    // The same answer again is answered alike: one that was lost is asked for once more.
    const answer = await persist<Confirmed>(options, 'POST', `${path}/confirm`, { body, limitMs: LIMIT_MS });
    if (answer.ok) {
      const { till, name, proof } = answer.value;
      if (proof !== agreed.kioskProof) return no('kiosk-not-proven');
      return { ok: true, value: { till, name, key: agreed.key, pin: options.pin } };
    }
    if (answer.problem.code !== 'pairing-code-wrong' || left <= 1) return answer;
  }
}

type Confirmed = { readonly till: string; readonly name: string; readonly proof: string };
