import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLineReader, type Line, openPort } from './port.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !/[\n\r]|[\ud800-\udfff]/.test(one));

describe('lines of a wire', () => {
  it('come whole, wherever the bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.array(text),
        fc.boolean(),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        (lines, cr, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}${cr ? '\r' : ''}\n`).join(''));
          const reader = createLineReader(200);
          const read: Line[] = [];
          for (let at = 0; at < bytes.length; ) {
            const size = cuts.next().value;
            read.push(...reader.push(bytes.subarray(at, at + size)));
            at += size;
          }
          expect(read).toEqual(lines.map((line) => ({ kind: 'line', text: line })));
        },
      ),
    );
  });
  it('that are too long or no text are told, and the next one is read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 64 }), (noise, most) => {
        const reader = createLineReader(most);
        for (const line of reader.push(noise)) {
          expect(['line', 'too-long', 'not-text']).toContain(line.kind);
          if (line.kind === 'line') expect(Buffer.byteLength(line.text)).toBeLessThanOrEqual(most);
        }
        reader.push(Uint8Array.of(0x0a));
        expect(reader.push(Buffer.from('a\n'))).toEqual([{ kind: 'line', text: 'a' }]);
      }),
    );
    const reader = createLineReader(3);
    expect(reader.push(Buffer.from('abc\r\nabcd\nabcd\r\n'))).toEqual([
      { kind: 'line', text: 'abc' },
      { kind: 'too-long' },
      { kind: 'too-long' },
    ]);
    expect(reader.push(Uint8Array.of(0xff, 0x0a))).toEqual([{ kind: 'not-text' }]);
  });
});

const hasSocat = (() => {
  try {
    execFileSync('socat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasSocat)('a serial port (needs socat: apt-get install socat)', () => {
  let folder: string;
  let wire: ChildProcess;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'serial-'));
    wire = spawn(
      'socat',
      ['a', 'b'].map((name) => `pty,raw,echo=0,link=${join(folder, name)}`),
      { stdio: 'ignore' },
    );
    while (!existsSync(join(folder, 'a')) || !existsSync(join(folder, 'b')))
      await new Promise((resolve) => setTimeout(resolve, 10));
  });
  afterEach(async () => {
    if (wire.exitCode === null && wire.signalCode === null) {
      const gone = new Promise((resolve) => wire.once('exit', resolve));
      wire.kill();
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (name: string) => {
    const opened = await openPort({ path: join(folder, name), baud: 115_200, most: 4096 });
    if (!opened.ok) throw new Error(opened.reason);
    return opened.port;
  };

  it('carries lines both ways, and ends when it is closed', async () => {
    const [a, b] = [await open('a'), await open('b')];
    const got: Line[] = [];
    const reading = (async () => {
      for await (const line of b.lines) {
        got.push(line);
        if (got.length === 2) break;
      }
    })();
    expect(await a.write('{"你好":1}')).toBe(true);
    expect(await a.write('x'.repeat(4096))).toBe(true);
    await reading;
    expect(got).toEqual([
      { kind: 'line', text: '{"你好":1}' },
      { kind: 'line', text: 'x'.repeat(4096) },
    ]);
    await Promise.all([a.close(), b.close()]);
    expect(await a.write('late')).toBe(false);
  });
  it('that is pulled out ends its lines', async () => {
    const a = await open('a');
    const end = (async () => {
      for await (const _ of a.lines);
      return 'ended';
    })();
    wire.kill();
    expect(await end).toBe('ended');
    await a.close();
  });
  it('that is not there says so', async () => {
    expect(await openPort({ path: join(folder, 'none'), baud: 9600, most: 10 })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('none'),
    });
  });
});
