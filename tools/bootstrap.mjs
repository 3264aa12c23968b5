// Runs a TypeScript file on the Node that the project pins, after installing and building what is missing.
// Plain JavaScript that Node 20 understands: it is the only file that runs on the machine's own Node.
// usage: node tools/bootstrap.mjs [--dev] [--models] SCRIPT [ARGUMENT ...]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
// Node's own remarks on how it runs TypeScript tell a user nothing.
const quiet = '--disable-warning=ExperimentalWarning';
const stampFile = join(root, 'node_modules', '.installed');

const words = process.argv.slice(2);
const wants = { dev: false, models: false };
while (words[0]?.startsWith('--')) {
  const flag = words.shift().slice(2);
  if (!(flag in wants)) fail(`bootstrap: unknown flag --${flag}`);
  wants[flag] = true;
}
const [script, ...rest] = words;
if (!script) fail('bootstrap: name the script to run');
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}`);

install();
if (wants.models) run(join(root, 'models', 'build-main.ts'), [], 'building the models failed');
hand(script, rest);

/** Installs what package-lock.json pins, once; a test needs the development parts too, a demo does not. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const [had, level] = existsSync(stampFile) ? readFileSync(stampFile, 'utf8').split(' ') : [];
  if (had === lock && (level === 'dev' || !wants.dev) && existsSync(node)) return;
  const dev = wants.dev || level === 'dev';
  process.stderr.write(
    `Installing the pinned packages${dev ? ' and the development tools' : ''} (once, about a minute)…\n`,
  );
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error', dev ? '--include=dev' : '--omit=dev'];
  const [command, argv] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const started = Date.now();
  const result = spawnSync(command, argv, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('Installing failed: npm said why above. Nothing else was changed.');
  writeFileSync(stampFile, `${lock} ${dev ? 'dev' : 'run'}`);
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function run(file, args, message) {
  const result = spawnSync(node, [quiet, file, ...args], { cwd: root, stdio: ['ignore', 2, 2], env: environment() });
  if (result.status !== 0) fail(message);
}

/**
 * Becomes the script, as far as Node can: same terminal, same signals, same exit code. Nothing is said on the channel:
 * it closes when this process is gone, and what must not outlive it then ends.
 */
function hand(file, args) {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(node, [quiet, file, ...args], { cwd: root, stdio, env: environment() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot run ${file}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/**
 * Whatever a script starts by the name `node` is the pinned one too. ONNX Runtime reports to its maker unless told not
 * to, and a process that ends while it does may hang.
 */
function environment() {
  const bin = join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: `${dirname(node)}:${bin}:${process.env.PATH ?? ''}` };
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
