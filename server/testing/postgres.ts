import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import pg from 'pg';

/** A throw-away PostgreSQL server in a temporary folder, reached by a socket in it. */
export type Cluster = {
  /** A new, empty database. @returns its url. */
  database(): Promise<string>;
  /** Puts the clock of a database, as our functions read it, forward by so many milliseconds. */
  moveClock(url: string, ms: number): Promise<void>;
  /** As an operator runs statements. */
  run(url: string, statement: string): Promise<readonly Record<string, unknown>[]>;
  start(): Promise<void>;
  /** `fast` ends every connection in order; `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and takes its folder away. */
  remove(): Promise<void>;
};

/** For the title of tests that are skipped without it. */
export const NEEDS_POSTGRES = 'PostgreSQL is missing: apt-get install postgresql';

/** The folder of PostgreSQL's programs, of the newest version that is installed. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = listed(debian).sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => isProgram(join(folder, name))));
}

const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** For tests that ask nothing of the disk: they leave it to others. A crash of PostgreSQL alone still loses nothing. */
export const NO_DISK = { fsync: 'off' } as const;

/** After a crash the file system is asked to write everything, not every file of every database. */
const QUICK = { recovery_init_sync_method: 'syncfs' };

/** @param settings as in postgresql.conf, `NO_DISK` for one; everything else, `fsync` too, is as PostgreSQL has it. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const programs = findPostgres();
  if (!programs) throw new Error(NEEDS_POSTGRES);
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, 'data');
  const how = ['-D', data, '-U', 'kiosk', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--wal-segsize=1'];
  execFileSync(join(programs, 'initdb'), how, { ...user, cwd: folder, stdio: 'ignore', env: {} });
  const options = {
    ...QUICK,
    unix_socket_directories: folder,
    listen_addresses: '',
    shared_buffers: '32MB',
    ...settings,
  };
  const args = ['-D', data, ...Object.entries(options).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  // Ends with us, however we end: the shell waits for a word, or for its standard input to close.
  const script = `"$0" "$@" & pid=$!; read how; kill -s "\${how:-QUIT}" $pid; wait $pid; [ -n "$how" ] || rm -rf ${folder}`;
  const urlOf = (name: string) => `postgres://kiosk@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const run: Cluster['run'] = (url, statement) => runOn(url, statement);

  let server: ChildProcess | undefined;
  let made = 0;
  const start = async () => {
    const stdio: ('pipe' | 'ignore')[] = ['pipe', 'ignore', 'pipe'];
    server = spawn('/bin/sh', ['-c', script, join(programs, 'postgres'), ...args], {
      ...user,
      cwd: folder,
      stdio,
      env: {},
    });
    await untilReady(server);
  };
  /** @param word a signal; without one, the folder goes too. */
  const end = async (word: string) => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.stdin?.end(word);
    await ended;
  };
  await start();
  return {
    database: async () => {
      const name = `t${++made}`;
      await run(urlOf('postgres'), `create database ${name} template template0`);
      return urlOf(name);
    },
    moveClock: async (url, ms) => {
      await run(
        url,
        `create or replace function now_ms() returns bigint language sql volatile
          as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + ${ms} $$`,
      );
    },
    run,
    start,
    stop: (how = 'fast') => end(how === 'fast' ? 'INT\n' : 'QUIT\n'),
    remove: async () => {
      await end('');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runOn(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  return { uid: Number(account?.[2]), gid: Number(account?.[3]) };
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`PostgreSQL did not start in 30 s:\n${said}`)), 30_000);
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL ended at once:\n${said}`)));
  });
}
