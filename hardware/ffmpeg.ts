import { type ChildProcess, spawn as spawnProcess, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pause } from './clock.ts';
import { HardwareError } from './contract.ts';
import type { DriverDeps } from './define.ts';

/** The program's name where no other is given. */
export const FFMPEG = 'ffmpeg';
export const FFMPEG_REMEDY = 'install it (Debian, Ubuntu: apt-get install ffmpeg) or give its path';

/** Time for a process to end by itself after SIGTERM, then after SIGKILL, milliseconds. */
const TERM_MS = 500;
const KILL_MS = 1000;

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A running ffmpeg. */
export type FfmpegRun = {
  readonly stdout: Readable;
  /** File descriptor 3: what the filters report; has to be read, or `exited` never settles. */
  readonly reports: Readable;
  /** Settles when the process is gone and its output is read. @throws HardwareError `program-missing`. */
  readonly exited: Promise<Exit>;
  /** The last lines that the program complained with; empty when it did not. */
  complaint(): string;
  /** Ends the process, by force if need be, and waits for its end; may be called at any time, more than once. */
  stop(): Promise<void>;
};

/** Starts ffmpeg with `args`; a missing program shows in `exited`, never as an exception here. */
export function startFfmpeg(args: readonly string[], deps: DriverDeps): FfmpegRun {
  const program = deps.ffmpeg ?? FFMPEG;
  const child = (deps.spawn ?? spawnProcess)(program, ['-hide_banner', '-nostdin', '-loglevel', 'warning', ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = watchExit(child, program);
  const streams = [child.stdout!, child.stderr!, child.stdio[3] as Readable];
  // A stream of a process that never started, or was stopped, fails; the exit tells why.
  for (const stream of streams) stream.on('error', () => undefined);
  return {
    stdout: child.stdout!,
    reports: child.stdio[3] as Readable,
    exited,
    complaint: keepTail(child.stderr!),
    stop: () => stopChild(child, streams, exited, deps),
  };
}

function watchExit(child: ChildProcess, program: string): Promise<Exit> {
  const exited = new Promise<Exit>((resolve, reject) => {
    // `close`, not `exit`: by then all that it complained about has been read.
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', (cause) => {
      const reason = `the program ${program} could not be started: ${FFMPEG_REMEDY} (${cause.message})`;
      if (child.pid === undefined) reject(new HardwareError('program-missing', reason, { cause }));
    });
  });
  exited.catch(() => undefined);
  return exited;
}

async function stopChild(child: ChildProcess, streams: readonly Readable[], exited: Promise<Exit>, deps: DriverDeps) {
  // Closed pipes first: a process that is blocked on a full one does not hear SIGTERM.
  for (const stream of streams) stream.destroy();
  for (const [signal, limit] of [
    ['SIGTERM', TERM_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const gone = new AbortController();
    const ended = exited.then(
      () => gone.abort(),
      () => gone.abort(),
    );
    await Promise.race([ended, pause(deps.clock, limit, gone.signal)]);
  }
}

function keepTail(stderr: Readable): () => string {
  let tail = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    tail = (tail + text).slice(-2000);
  });
  return () => {
    const lines = tail.split('\n').filter((line) => line.trim() && !line.includes('deprecated'));
    return lines.slice(-4).join('; ');
  };
}

/** Is there a program of that name that answers as ffmpeg does? For `doctor` and for tests. */
export function ffmpegFound(program = FFMPEG): boolean {
  return spawnSync(program, ['-version'], { stdio: 'ignore' }).status === 0;
}
