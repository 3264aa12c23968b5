import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageDirection } from '../contract.ts';
import { createTape, shotAt } from './recording.ts';

const picture = (name: number) => Uint8Array.of(name);

describe('a tape', () => {
  it('keeps the first session between its first look and idle, and plays it in every later one', () => {
    const tape = createTape();
    tape.keep(picture(0), 0);
    tape.direct('look', 100);
    tape.keep(picture(1), 110);
    tape.direct('turn-left', 120);
    tape.keep(picture(2), 180);
    expect(tape.playing()).toBeUndefined();
    tape.direct('idle', 200);
    tape.keep(picture(3), 210);
    expect(tape.playing()).toBeUndefined();
    for (const began of [300, 9000]) {
      tape.direct('look', began);
      tape.keep(picture(4), began + 10);
      expect(tape.playing()).toEqual([
        { at: 10, jpeg: picture(1) },
        { at: 80, jpeg: picture(2) },
      ]);
      tape.direct('idle', began + 100);
    }
  });

  it('goes on filming when a session gave no picture, and stops after 30 seconds of one that gave many', () => {
    const tape = createTape();
    tape.direct('look', 0);
    tape.direct('idle', 10);
    tape.direct('look', 20);
    expect(tape.playing()).toBeUndefined();
    tape.keep(picture(1), 30_020);
    tape.keep(picture(2), 30_021);
    tape.direct('idle', 40_000);
    tape.direct('look', 40_001);
    expect(tape.playing()).toHaveLength(1);
  });

  it('never plays in its first session nor between sessions, and never changes what it holds', () => {
    const direction = fc.constantFrom<StageDirection>('idle', 'look', 'turn-left', 'nod-up');
    fc.assert(
      fc.property(fc.array(fc.oneof(direction, fc.constant('shoot' as const)), { maxLength: 60 }), (script) => {
        const tape = createTape();
        let [idle, taped, filming] = [true, 0, 0];
        script.forEach((step, at) => {
          if (step === 'shoot') {
            tape.keep(picture(at), at);
            if (!idle && taped === 0) filming++;
          } else {
            tape.direct(step, at);
            if (step === 'idle' && !idle && taped === 0) taped = filming;
            idle = step === 'idle';
          }
          expect(tape.playing()?.length).toBe(!idle && taped > 0 ? taped : undefined);
        });
      }),
    );
  });

  it('is played over and over, with a usual gap between two rounds', () => {
    const shots = [40, 100, 180].map((at, i) => ({ at, jpeg: picture(i) }));
    const played = [0, 1, 2, 3, 4, 5, 6].map((step) => shotAt(shots, step));
    expect(played.map(({ after }) => after)).toEqual([0, 60, 140, 210, 270, 350, 420]);
    expect(played.map(({ jpeg }) => jpeg[0])).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });
});
