/** A camera's clock that stands still while a frame is looked at: sessions as fast as the machine, the same every time. */
import type { Frame } from '../../hardware/contract.ts';
import { HardwareError } from '../../hardware/contract.ts';
import { openCamera } from '../../hardware/index.ts';
import { createPortraits } from '../../kiosk/eyes/portraits.ts';
import { createObserver } from '../../kiosk/observe/observer.ts';
import type { Observation } from '../../liveness/contract.ts';
import { begin, expire, type Plan, type Prompt, step, type Verdict } from '../../liveness/index.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';

export type Session = {
  readonly verdict: Verdict;
  readonly transcript: readonly Observation[];
  readonly virtualMs: number;
};

export type Trial = {
  /** One liveness session before the simulated camera. */
  session(plan: Plan): Promise<Session>;
  close(): Promise<void>;
};

/** Opens the models and a simulated camera; `camera` is its configuration. */
export async function openTrial(directory: string, camera: Record<string, unknown>): Promise<Trial> {
  const models = await openModels({ directory });
  const canonical = await loadCanonicalFace(directory);
  const portraits = createPortraits({ models, canonical, directory });
  let now = 1000;
  let resume: (() => void) | undefined;
  const clock = {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await new Promise<void>((resolve) => {
        resume = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
      now += ms;
    },
  };
  const source = openCamera({ driver: 'simulated', ...camera } as never, { clock, portraits });
  return {
    close: () => models.close(),
    async session(plan) {
      const stop = new AbortController();
      const observer = createObserver(models, { canonical });
      const arrived: Frame[] = [];
      const running = source.run({ frame: (frame) => void arrived.push(frame), state: () => undefined }, stop.signal);
      const began = now;
      const transcript: Observation[] = [];
      let state = begin(plan);
      let wants = { pad: true, embedding: true };
      direct(state.prompt);
      try {
        while (now - began < 60_000) {
          while (arrived.length === 0) {
            resume?.();
            await new Promise((resolve) => setImmediate(resolve));
          }
          const { observation } = await observer.observe(arrived.shift()!, wants);
          transcript.push(observation);
          const next = step(state, observation);
          ({ state, wants } = next);
          direct(next.prompt);
          if (next.verdict) return { verdict: next.verdict, transcript, virtualMs: now - began };
        }
        const verdict = expire(state, Number.POSITIVE_INFINITY).verdict;
        if (!verdict) throw new HardwareError('camera-silent', 'the session did not end');
        return { verdict, transcript, virtualMs: now - began };
      } finally {
        source.direct?.('idle');
        stop.abort();
        await running;
      }
    },
  };

  function direct(prompt: Prompt): void {
    source.direct?.(prompt.kind === 'challenge' ? prompt.challenge : prompt.kind === 'finished' ? 'idle' : 'look');
  }
}
