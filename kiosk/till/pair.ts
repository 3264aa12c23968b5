import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Problem } from '../../server/contract/problem.ts';
import type { ScreenState } from '../contract.ts';
import { refusal } from '../problems.ts';
import { begin, CODE_MS, drop, lapse, miss, NO_PAIRING, type PairingState, spend, succeed, TRIES } from './pairing.ts';
import { type Agreed, agree, makeShare, type PakeContext, type PakeShare } from './pake.ts';
import type { PairedTill, Tills } from './tills.ts';

export type PairDeps = {
  readonly tills: Pick<Tills, 'add'>;
  readonly epoch: () => number;
  /** Why nobody may be paired now: switched off, or a verification is under way. */
  readonly refuses: () => Problem | undefined;
  show(state: Extract<Shown, { kind: 'pairing' | 'paired' }>): void;
  /** Takes the code from the screen. */
  hide(): void;
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
};
type Shown = ScreenState extends infer State ? (State extends unknown ? Omit<State, 'store'> : never) : never;

/** What a till gets when it asks to be paired. */
export type PairingOffer = {
  readonly pairing: string;
  /** The kiosk's half of the key agreement (pake.ts). */
  readonly share: string;
  /** What the till must have seen itself; it never takes this word for it. */
  readonly fingerprint: string;
  readonly expiresAt: string;
  readonly tries: number;
};
export type Paired = { readonly till: string; readonly name: string; readonly proof: string };

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
type Open = { readonly id: string; readonly context: PakeContext; readonly own: PakeShare };
type Done = { readonly id: string; readonly share: string; readonly proof: string; readonly paired: Paired };

export type Pairings = ReturnType<typeof createPairings>;

/** Pairs tills by a code on the kiosk's screen. The rules are in pairing.ts, the mathematics in pake.ts. */
export function createPairings(deps: PairDeps) {
  let state: PairingState = NO_PAIRING;
  let open: Open | undefined;
  let done: Done | undefined;
  let timer: NodeJS.Timeout | undefined;

  const set = (next: PairingState): PairingState => {
    state = next;
    if (state.open || !open) return state;
    clearTimeout(timer);
    deps.note('pairing over', { pairing: open.id });
    open = undefined;
    deps.hide();
    return state;
  };
  const now = () => {
    set(lapse(state, deps.epoch()));
    return deps.epoch();
  };
  const keep = (paired: PairedTill, id: string, share: string, agreed: Agreed): Paired => {
    set(succeed(state));
    done = {
      id,
      share,
      proof: agreed.tillProof,
      paired: { till: paired.id, name: paired.name, proof: agreed.kioskProof },
    };
    deps.note('till paired', { till: paired.id });
    deps.show({ kind: 'paired', till: paired.name });
    return done.paired;
  };

  return {
    /**
     * Shows a code. @param till the name that the till gives itself. @param fingerprint pin of the certificate on the
     * line that it asks on; empty without TLS.
     */
    async begin(till: string, fingerprint: string): Promise<Answer<PairingOffer>> {
      const refused = deps.refuses();
      if (refused) return { ok: false, problem: refused };
      const at = now();
      const id = randomBytes(16).toString('base64url');
      const begun = begin(state, at, id);
      if (!begun.ok) return { ok: false, problem: later(begun.code, begun.retryAfterMs) };
      state = begun.state;
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const context = { pairing: id, till, fingerprint };
      const own = await makeShare(code, context, randomBytes(32));
      // A sale that began meanwhile has the screen.
      if (state.open?.id !== id) return { ok: false, problem: deps.refuses() ?? refusal('pairing-unknown') };
      open = { id, context, own };
      timer = setTimeout(now, CODE_MS + 50);
      timer.unref();
      const endsAt = at + CODE_MS;
      deps.note('pairing', { pairing: id });
      deps.show({ kind: 'pairing', code, till, endsAt, lifetimeMs: CODE_MS });
      const expiresAt = new Date(endsAt).toISOString();
      return { ok: true, value: { pairing: id, share: own.share, fingerprint, expiresAt, tries: TRIES } };
    },

    /** The till's half and its proof. The same answer again, lost on its way, is answered alike. */
    async confirm(id: string, share: string, proof: string): Promise<Answer<Paired>> {
      if (done?.id === id && done.share === share && same(done.proof, proof)) return { ok: true, value: done.paired };
      const at = now();
      const spent = spend(state, id);
      const known = open;
      if (!spent || known?.id !== id) return { ok: false, problem: refusal('pairing-unknown') };
      state = spent;
      const agreed = await agree(known.own, share, 'kiosk', known.context);
      // A sale, or the clock, may have ended it meanwhile.
      if (open !== known) return { ok: false, problem: refusal('pairing-unknown') };
      if (agreed && same(agreed.tillProof, proof))
        return { ok: true, value: keep(deps.tills.add(known.context.till, agreed.key), id, share, agreed) };
      set(miss(state, at, id));
      deps.note('pairing answered wrongly', { pairing: id });
      return { ok: false, problem: refusal('pairing-code-wrong', { detail: left(state) }) };
    },

    /** The till gave up. @returns false when there is no such pairing. */
    cancel(id: string): boolean {
      if (open?.id !== id) return false;
      set(drop(state, now()));
      return true;
    },
    /** A sale needs the screen. */
    giveWay(): void {
      set(drop(state, now()));
    },
    isOpen: (): boolean => now() > 0 && open !== undefined,
  };
}

function later(code: 'pairing-running' | 'pairing-limited', ms: number): Problem & { readonly retryAfter: number } {
  const seconds = Math.ceil(ms / 1000);
  return { ...refusal(code, { detail: `try again in ${seconds} s` }), retryAfter: seconds };
}

const left = (state: PairingState): string =>
  state.open ? `${state.open.triesLeft} left` : 'none left: begin a new pairing';

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
