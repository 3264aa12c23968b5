import { ref, shallowRef } from 'vue';
import { type PairOptions, pair } from '../../../till/pair.ts';
import type { Problem } from '../../../till/till.ts';

type Offer = Parameters<PairOptions['code']>[0];

/**
 * Pairs this browser with the kiosk that it has the page from. A page cannot see the certificate of its own line: the
 * browser has checked it, or the technician has allowed it; the kiosk's word stands for what a till would see itself.
 */
export function usePairing(done: (key: string) => void) {
  const offer = shallowRef<Offer>();
  const wrong = ref(false);
  const working = ref(false);
  const problem = shallowRef<Problem>();
  let answer: ((code: string | undefined) => void) | undefined;

  async function begin(name: string): Promise<void> {
    if (working.value) return;
    working.value = true;
    problem.value = undefined;
    wrong.value = false;
    const url = location.origin;
    const code = (given: Offer) => {
      // Asked for once more: the last one was wrong.
      wrong.value = offer.value !== undefined;
      offer.value = given;
      working.value = false;
      return new Promise<string | undefined>((resolve) => {
        answer = resolve;
      });
    };
    const pin = await seenPin();
    const paired = pin === undefined ? undefined : await pair({ url, name, pin, code });
    working.value = false;
    offer.value = undefined;
    if (paired?.ok) return done(paired.value.key);
    if (paired?.problem.code === 'pairing-given-up') return;
    problem.value = paired?.problem ?? { code: 'kiosk-unreachable', status: 0 };
  }

  function give(code: string | undefined): void {
    working.value = true;
    answer?.(code);
    answer = undefined;
  }

  return { offer, wrong, working, problem, begin, give };
}

async function seenPin(): Promise<string | undefined> {
  try {
    const about = (await (await fetch('/v1/kiosk')).json()) as { readonly fingerprint: string };
    return about.fingerprint;
  } catch {
    return undefined;
  }
}
