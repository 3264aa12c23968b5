/** The whole product as processes: sandbox authorities, backend, kiosk. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { backendConfig, sandboxPeople } from '../server/authorities/sandbox/index.ts';
import type { AuthorityName } from '../server/contract/index.ts';
import { claimFolder } from './claim.ts';
import { type Part, startPart } from './part.ts';
import type { Camera } from './scenario.ts';

export type StackOptions = {
  /** Where configuration, databases, keys and logs go. */
  readonly data: string;
  readonly camera: Camera;
  readonly authorityDown?: AuthorityName;
  /** Fixed ports for people who come back; 0 takes free ones. */
  readonly ports: { readonly screen: number; readonly till: number; readonly backend: number };
  /** Ends a start-up that is under way. */
  readonly signal?: AbortSignal;
};

export type Stack = {
  readonly screen: string;
  readonly till: string;
  readonly backend: string;
  readonly sandbox: string;
  /** Resolves with a sentence when a part ends by itself. */
  readonly died: Promise<string>;
  /** Ends every part, the kiosk first. */
  stop(): Promise<void>;
};

/**
 * Starts the parts in the order in which they need each other.
 * @throws Error naming the part that did not start, or when another program uses the data folder.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const claim = claimFolder(options.data);
  const parts: Part[] = [];
  const stop = async () => {
    for (const part of [...parts].reverse()) await part.stop();
    claim.release();
  };
  const begin = async (name: string, script: string, config: unknown) => {
    const file = join(options.data, `${name}.yaml`);
    writeFileSync(file, stringify(config), { mode: 0o600 });
    const { data, signal } = options;
    const log = join(data, `${name}.log`);
    const part = await startPart({ name, script, args: ['--config', file], log, ...(signal && { signal }) });
    parts.push(part);
    return part.ready;
  };
  try {
    const sandbox = await begin('sandbox', 'server/authorities/sandbox/main.ts', sandboxConfig(options));
    const backend = await begin('backend', 'server/main.ts', serverConfig(options, String(sandbox.url)));
    const kiosk = await begin('kiosk', 'kiosk/main.ts', kioskConfig(options, String(backend.url)));
    return {
      screen: String(kiosk.screen),
      till: String(kiosk.till),
      backend: String(backend.url),
      sandbox: String(sandbox.url),
      died: Promise.race(parts.map((part) => part.died)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function sandboxConfig(options: StackOptions): unknown {
  return { listen: { host: '127.0.0.1', port: 0 }, ...(options.authorityDown && { down: [options.authorityDown] }) };
}

function serverConfig(options: StackOptions, sandboxUrl: string): unknown {
  const people = join(options.data, 'people.yaml');
  const rows = sandboxPeople().map(({ idNumber, name, bankCard, phone }) => ({ idNumber, name, bankCard, phone }));
  writeFileSync(people, stringify(rows), { mode: 0o600 });
  return {
    mode: 'demo',
    listen: { host: '127.0.0.1', port: options.ports.backend },
    data: join(options.data, 'backend'),
    enrolment: { codes: [enrolmentCode(options.data)] },
    // A shop names `attested` by itself; here everything is to be tried.
    policy: {
      purposes: { purchase: { required: ['bank', 'police', 'insurer'], assistance: ['gentle', 'attested'] } },
    },
    people,
    authorities: backendConfig(sandboxUrl),
  };
}

function kioskConfig(options: StackOptions, backendUrl: string): unknown {
  return {
    store: { id: 'S001', name: '惠民大药房' },
    kiosk: { name: 'counter-1' },
    backend: { url: backendUrl, enrolmentCode: enrolmentCode(options.data) },
    camera: options.camera,
    screen: { host: '127.0.0.1', port: options.ports.screen },
    till: { host: '127.0.0.1', port: options.ports.till },
    data: join(options.data, 'kiosk'),
  };
}

/** A code is used once: a data folder keeps the one with which its kiosk was enrolled. */
function enrolmentCode(data: string): string {
  const file = join(data, 'enrolment-code.txt');
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
