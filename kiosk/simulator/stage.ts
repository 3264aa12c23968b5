import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Desk, TillRequest } from '../desk/desk.ts';
import { type Fault, type Script, scriptOf } from './scripts.ts';
import type { Valve } from './valve.ts';

/** Milliseconds. */
const CUT_MS = 3000;
const AWAY_MS = 5000;
const SLOW_ANSWER_MS = 4000;

/** What goes wrong around a verification: the camera, the backend, the line, other tills. @param pace see stack.ts */
export function createStage(pace: number) {
  const seen = new Set<string>();
  let [blindUntil, awayUntil] = [0, 0];
  let valve: Valve | undefined;
  const cut = () => valve?.cut(CUT_MS * pace);

  /** Another till's verification. */
  const occupy = (desk: Desk, till: string, request: TillRequest) =>
    desk.ask(till, randomUUID(), { ...request, sale: `OTHER-${randomUUID().slice(0, 8)}` });

  const prepare = async (desk: Desk, request: TillRequest): Promise<void> => {
    const { before } = scriptOf(request.sale);
    if (before === undefined || seen.has(request.sale)) return;
    seen.add(request.sale);
    const now = performance.now();
    if (before === 'camera-missing') blindUntil = now + AWAY_MS * pace;
    if (before === 'backend-unreachable') awayUntil = now + AWAY_MS * pace;
    if (before === 'busy' || before === 'queue') await occupy(desk, 'simulated-till-2', request);
    if (before === 'busy') await occupy(desk, 'simulated-till-3', request);
  };

  return {
    use(line: Valve): void {
      valve = line;
    },
    isBlind: () => performance.now() < blindUntil,
    isAway: () => performance.now() < awayUntil,
    async onCreate(script: Script): Promise<void> {
      if (script.slow) await sleep(SLOW_ANSWER_MS * pace);
      if (script.fault === 'cut-before-answer') cut();
    },
    onEnd(script: Script): void {
      if (script.fault === 'cut-at-outcome') cut();
    },
    fault(fault: Fault): void {
      if (fault === 'cut-while-running' || fault === 'restart') cut();
    },
    /** The desk, before which the scene is set once for each sale. */
    before: (desk: Desk): Desk => ({
      ...desk,
      async ask(till, key, request) {
        await prepare(desk, request);
        return desk.ask(till, key, request);
      },
    }),
  };
}
