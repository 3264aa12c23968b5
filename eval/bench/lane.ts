/** A contestant is a process of its own: nobody's globals, threads or garbage touch another's. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { type Film, readShot, type Shot } from './film.ts';

/** One look at one frame. */
export type Timing = {
  readonly ms: number;
  /** Processor time of all threads of the process, milliseconds. */
  readonly cpuMs: number;
  /** Was a face found? */
  readonly found: boolean;
};

/** What a contestant does in one row of the table. `prepare` and `release` are not timed. */
export type Course<Input = unknown> = {
  prepare(shot: Shot): Input;
  look(input: Input): Promise<boolean>;
  release?(input: Input): void;
};

export type Contestant = { readonly about: string; readonly courses: Readonly<Record<string, Course>> };

type Ask = { readonly course: string; readonly film: Film; readonly from: number; readonly count: number };
type Told =
  | { readonly kind: 'ready'; readonly about: string }
  | { readonly kind: 'lap'; readonly timings: readonly Timing[] }
  | { readonly kind: 'memory'; readonly bytes: number }
  | { readonly kind: 'failed'; readonly message: string };

export type Lane = {
  readonly name: string;
  readonly about: string;
  /** Looks at `count` frames of the film from `from` on. */
  lap(course: string, film: Film, from: number, count: number): Promise<readonly Timing[]>;
  /** Resident memory of the process, bytes. */
  memory(): Promise<number>;
  close(): Promise<void>;
};

/** Keeps the type of a course's input where courses of many types stand in one record. */
export function course<Input>(one: Course<Input>): Course {
  return one as Course;
}

/** The child's side: answers laps until the parent lets go. */
export async function serve(open: () => Promise<Contestant>): Promise<void> {
  const tell = (told: Told) => process.send?.(told);
  try {
    const { about, courses } = await open();
    process.on('message', (ask: Ask | 'memory') => {
      if (ask === 'memory') tell({ kind: 'memory', bytes: process.memoryUsage.rss() });
      else
        run(courses[ask.course]!, ask).then(
          (timings) => tell({ kind: 'lap', timings }),
          (error: unknown) => tell({ kind: 'failed', message: String(error) }),
        );
    });
    tell({ kind: 'ready', about });
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function run({ prepare, look, release }: Course, ask: Ask): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (let i = 0; i < ask.count; i++) {
    const input = prepare(await readShot(ask.film, ask.from + i));
    const cpu = process.cpuUsage();
    const started = performance.now();
    const found = await look(input);
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    timings.push({ ms, cpuMs: (user + system) / 1000, found });
    release?.(input);
  }
  return timings;
}

/** The parent's side: starts `lanes/FILE` and waits until it is ready. Throws what the child failed with. */
export async function openLane(name: string, file: string, words: readonly string[] = []): Promise<Lane> {
  const child = fork(join(import.meta.dirname, 'lanes', file), [...words], {
    execPath: process.execPath,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await hear(child, name);
  if (ready.kind !== 'ready') throw new Error(`${name}: expected to hear that it is ready`);
  return {
    name,
    about: ready.about,
    async lap(courseName, film, from, count) {
      child.send({ course: courseName, film, from, count } satisfies Ask);
      const told = await hear(child, name);
      return told.kind === 'lap' ? told.timings : [];
    },
    async memory() {
      child.send('memory');
      const told = await hear(child, name);
      return told.kind === 'memory' ? told.bytes : Number.NaN;
    },
    async close() {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function hear(child: ChildProcess, name: string): Promise<Told> {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(
    ([code]): Told => ({ kind: 'failed', message: `ended with exit code ${code}` }),
    (): Told => ({ kind: 'failed', message: '' }),
  );
  const message = once(child, 'message', { signal: gone.signal }).then(
    ([told]) => told as Told,
    (): Told => ({ kind: 'failed', message: '' }),
  );
  const told = await Promise.race([message, exit]);
  gone.abort();
  if (told.kind === 'failed') throw new Error(`${name}: ${told.message}`);
  return told;
}
