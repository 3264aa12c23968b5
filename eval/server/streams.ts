import type { Verification } from '../../server/contract/index.ts';
import { ZHANG } from '../../server/testing/backend.ts';
import type { TestKiosk } from '../../server/testing/kiosk.ts';
import { take } from './client.ts';
import { spread } from './load.ts';

/** What holding event streams open costs, and how soon they tell. Times: milliseconds. */
export type Streams = {
  readonly open: number;
  /** Of the backend's process, a stream, KB. */
  readonly heldKb: number;
  /** From a change to the stream that tells it, while all are open. */
  readonly told: { readonly p50: number; readonly p99: number };
};

/** So many streams of one kiosk (the backend allows 16). */
const EACH = 10;
const CHANGES = 40;

/** Opens `count` streams, changes some verifications, and measures until each of their streams has told it. */
export async function holdStreams(
  kiosks: readonly TestKiosk[],
  count: number,
  used: () => Promise<{ readonly heldMb: number }>,
  step: () => void,
): Promise<Streams> {
  const before = (await used()).heldMb;
  const open: { readonly kiosk: TestKiosk; readonly id: string; readonly streams: readonly Response[] }[] = [];
  for (const kiosk of kiosks.slice(0, Math.ceil(count / EACH))) {
    const { id } = await take<Verification>(kiosk.ask(ZHANG));
    const path = `/v1/verifications/${id}/events`;
    const streams = await Promise.all(Array.from({ length: EACH }, () => kiosk.request({ method: 'GET', path })));
    if (streams.some(({ ok }) => !ok)) throw new Error('a stream was refused');
    open.push({ kiosk, id, streams });
    for (const _ of streams) step();
  }
  const total = open.length * EACH;
  const heldKb = (((await used()).heldMb - before) * 1024) / total;
  const told: number[] = [];
  for (const { kiosk, id, streams } of open.slice(0, CHANGES)) {
    const start = performance.now();
    const ends = streams.map(async (stream) => {
      const text = await stream.text();
      if (!text.includes('"state":"cancelled"')) throw new Error('a stream did not tell the change');
      told.push(performance.now() - start);
    });
    await take(kiosk.cancel(id));
    await Promise.all(ends);
  }
  await Promise.all(open.slice(CHANGES).flatMap(({ streams }) => streams.map((stream) => stream.body?.cancel())));
  return { open: total, heldKb, told: spread(told) };
}
