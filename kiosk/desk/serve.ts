import type { Verification } from '../../server/contract/schemas.ts';
import type { Backend } from '../backend/client.ts';
import { isFinal } from '../backend/follow.ts';
import type { Step, TillView } from '../contract.ts';
import { describeFault } from '../log.ts';
import { type Course, createCourse } from '../verification/course.ts';
import { believe } from '../verification/ending.ts';
import type { Order, Tell } from '../verification/verification.ts';
import type { Ledger, Settlement, Span } from './ledger.ts';

export type ServeDeps = {
  readonly backend: Pick<Backend, 'check'>;
  readonly run: (course: Course, tell: Tell, signal: AbortSignal) => Promise<Settlement>;
  readonly show: (state: ResultState) => void;
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** The person says that turning or nodding is hard. */
  wish(id: string): Promise<void>;
};
type ResultState = {
  readonly kind: 'result';
  readonly outcome: Settlement['ended']['outcome'];
  readonly reason: string;
  readonly failures?: number;
  readonly again?: string;
};

export type Serving = ReturnType<typeof createServing>;
type Served = {
  readonly id: string;
  readonly course: ReturnType<typeof createCourse>;
  readonly stop: AbortController;
  readonly done: Promise<void>;
};

/** Leads the one verification that is at the counter to its outcome, and writes that down. */
export function createServing(deps: ServeDeps, ledger: Ledger) {
  let served: Served | undefined;

  const lead = async (id: string, course: Course, signal: AbortSignal): Promise<void> => {
    const tell = { step: (step: Step) => ledger.step(id, step), wish: () => deps.wish(id) };
    const settlement = await deps.run(course, tell, signal).catch((error: unknown): Settlement => {
      deps.note('run failed', { verification: id, ...describeFault(error) });
      return { ended: { outcome: 'unavailable', reason: 'kiosk-fault' }, settled: false };
    });
    served = undefined;
    ledger.end(id, settlement);
    const { outcome, reason } = settlement.ended;
    const failed = outcome === 'verified' ? {} : { failures: course.now().verification.round };
    const again = settlement.ended.next?.includes('retry') ? { again: id } : {};
    deps.show({ kind: 'result', outcome, reason, ...failed, ...again });
  };

  return {
    /** @param id the one that the till knows. Resolves when the counter is free again; never rejects. */
    async serve(id: string, verification: Verification, span: Span): Promise<void> {
      if (isFinal(verification)) {
        const settlement = await believe(deps.backend, verification);
        return settlement && ledger.end(id, settlement);
      }
      const stop = new AbortController();
      const course = createCourse({ verification, ...span });
      const done = lead(id, course, stop.signal);
      served = { id, course, stop, done };
      await done;
    },
    view: (): TillView | undefined => served && ledger.look(served.id),
    /** Less is asked of the person now: the till and the screen are told. */
    changed(id: string, verification: Verification): void {
      if (served?.id === id) ledger.assisted(id, served.course.change(verification));
    },
    serves: (id: string): boolean => served?.id === id,
    /** Ends what runs, whatever it is or only if it is this one, and waits until its outcome is written down. */
    async stop(order: Order, id = served?.id): Promise<void> {
      if (!served || served.id !== id) return;
      const { stop, done } = served;
      stop.abort(order);
      await done;
    },
  };
}
