/**
 * Completes package-lock.json: `npm run lock`, after adding a package. A registry mirror that lacks the binaries of
 * other platforms makes npm leave them out of the lock, and `npm ci` then refuses it everywhere.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Locked = {
  readonly version: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { packages: Record<string, Locked> };

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];
const LIBRARIES: readonly (readonly [RegExp, string])[] = [
  [/musl/, 'musl'],
  [/linux.*gnu/, 'glibc'],
];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const before = Object.keys(lock.packages).length;
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    // Only names that say their platform: anything else is npm's to resolve.
    const platform = platformOf(name);
    if (place in lock.packages || !platform) continue;
    const { dev, license } = parent;
    lock.packages[place] = {
      version,
      ...(dev && { dev }),
      ...(license && { license }),
      optional: true,
      ...platform,
    } as Locked;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${sorted.length - before} packages of other platforms added to the lock`);

function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } | undefined {
  const words = (name.split('/').at(-1) ?? '').split(/[-.]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = LIBRARIES.filter(([pattern]) => pattern.test(name)).map(([, library]) => library);
  if (os.length === 0 || cpu.length === 0) return undefined;
  return { os, cpu, ...(libc.length > 0 && { libc: libc.slice(0, 1) }) };
}
