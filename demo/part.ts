/** One process of the stack: started, waited for, watched, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Node's own remarks on how it runs TypeScript are nothing for a reader of the log. */
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning'];
const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 8_000;

export type Part = {
  readonly name: string;
  /** The fields of its `ready` log line. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves with a sentence if it ends without having been asked to. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
};

export type PartSpec = {
  readonly name: string;
  /** TypeScript file, from the project's root. */
  readonly script: string;
  readonly args: readonly string[];
  /** Where its log lines go. */
  readonly log: string;
  /** Ends the wait for `ready`, and the process with it. */
  readonly signal?: AbortSignal;
};

/** Starts a process and waits for its `ready` line. @throws Error with its last words when it ends or stays silent. */
export async function startPart(spec: PartSpec): Promise<Part> {
  spec.signal?.throwIfAborted();
  // A process group of its own: Ctrl-C in the terminal must reach the parts through us, in order.
  // A channel that nothing is said on: it closes when we are gone, however that happens, and the part then ends.
  const child = spawn(process.execPath, [...NODE_OPTIONS, join(ROOT, spec.script), ...spec.args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const last: string[] = [];
  const ready = await readyLine(child, spec, last);
  let asked = false;
  const died = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      if (!asked)
        resolve(`${spec.name} ended by itself (${signal ?? `exit code ${code}`}): ${last.at(-1) ?? 'no log'}`);
    });
  });
  return {
    name: spec.name,
    ready,
    died,
    stop: () => {
      asked = true;
      return stopChild(child);
    },
  };
}

function readyLine(child: ChildProcess, spec: PartSpec, last: string[]): Promise<Record<string, unknown>> {
  const log = createWriteStream(spec.log, { mode: 0o600, flags: 'a' });
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      spec.signal?.removeEventListener('abort', leave);
    };
    const fail = (why: string) => {
      end();
      child.kill('SIGKILL');
      reject(new Error([`${spec.name} did not start: ${why}`, ...last].join('\n')));
    };
    const leave = () => fail('stopped before it was ready');
    spec.signal?.addEventListener('abort', leave, { once: true });
    const timer = setTimeout(() => fail(`no word for ${READY_LIMIT_MS / 1000} s`), READY_LIMIT_MS);
    child.once('error', (error) => fail(error.message));
    // Not `exit`: what it said last may still be on its way.
    child.once('close', (code) => fail(`exit code ${code}`));
    const listen = (line: string) => {
      log.write(`${line}\n`);
      last.push(line);
      if (last.length > 8) last.shift();
      const fields = parseReady(line);
      if (!fields) return;
      end();
      resolve(fields);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', listen);
  });
}

function parseReady(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    return fields.msg === 'ready' ? fields : undefined;
  } catch {
    return undefined;
  }
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
