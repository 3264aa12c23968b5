import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Authority } from '../authorities/contract.ts';
import type { VerificationRow } from '../db/tables.ts';
import type { AccessLine } from '../http/access.ts';

/** What the process counts, for Prometheus. No label holds anything of a person, a till or a sale. */
export type Metrics = {
  readonly request: (line: AccessLine) => void;
  /** A verification has ended, or was contested. */
  readonly ended: (row: VerificationRow) => void;
  /** The same authority, with its answers counted and timed. */
  readonly watched: (authority: Authority) => Authority;
  /** @returns to be called when the stream ends. */
  readonly streamOpened: () => () => void;
  readonly fault: (what: string) => void;
  /** The text format, version 0.0.4. */
  readonly render: () => Promise<string>;
  readonly type: string;
};

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LIVES = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300];

/** @param now milliseconds of a clock that never goes back. @param ready 1 when it can decide, else 0, at each look. */
export function createMetrics(now: () => number, ready: () => Promise<0 | 1>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
    registers,
  });
  const endings = new Histogram({
    name: 'verification_duration_seconds',
    help: 'From the question to the outcome',
    labelNames: ['state', 'reason', 'channel'],
    buckets: LIVES,
    registers,
  });
  const assisted = new Counter({
    name: 'verifications_assisted_total',
    help: 'Endings of verifications that asked for smaller motions, or for none',
    labelNames: ['assistance', 'state'],
    registers,
  });
  const answers = new Histogram({
    name: 'authority_answer_duration_seconds',
    help: 'Answers of the authorities by outcome',
    labelNames: ['authority', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const streams = new Gauge({ name: 'event_streams_open', help: 'Event streams that are open', registers });
  const faults = new Counter({ name: 'faults_total', help: 'Faults by place', labelNames: ['what'], registers });
  new Gauge({
    name: 'ready',
    help: 'Whether the backend can decide: database and models',
    registers,
    async collect() {
      this.set(await ready());
    },
  });
  return {
    request: ({ route, method, status, ms }) => requests.observe({ route, method, status }, ms / 1000),
    ended: ({ state, reason, channel, assistance, created_at, decided_at }) => {
      const seconds = ((decided_at ?? created_at) - created_at) / 1000;
      endings.observe({ state, reason: reason ?? '', channel }, seconds);
      if (assistance !== 'none') assisted.inc({ assistance, state });
    },
    watched: (authority) => ({
      ...authority,
      ask: async (question) => {
        const start = now();
        const answer = await authority.ask(question);
        answers.observe({ authority: authority.name, outcome: answer.outcome }, (now() - start) / 1000);
        return answer;
      },
    }),
    streamOpened: () => {
      streams.inc();
      let open = true;
      return () => {
        if (open) streams.dec();
        open = false;
      };
    },
    fault: (what) => faults.inc({ what }),
    render: () => registry.metrics(),
    type: registry.contentType,
  };
}
