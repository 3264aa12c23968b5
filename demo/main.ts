/** `npm run demo`: one verification from camera to till, shown in plain lines; the last line is one JSON object. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TillView } from '../kiosk/contract.ts';
import { sandboxPeople } from '../server/authorities/sandbox/index.ts';
import { onLeave } from './leave.ts';
import { narrate } from './narrate.ts';
import { consentToEverything } from './person.ts';
import { checkReceipt } from './receipt.ts';
import { CARDHOLDER, readScenario, type Scenario, USAGE, whereFrom } from './scenario.ts';
import { whyUnusable } from './source.ts';
import { type Stack, startStack } from './stack.ts';
import { verify } from './till.ts';

/** Longer than a verification can live. */
const LIMIT_MS = 150_000;

const scenario = readScenario(process.argv.slice(2), whereFrom());
if ('error' in scenario) {
  console.error(`${scenario.error}\n${USAGE}`);
  process.exit(2);
}
const unusable = whyUnusable(scenario.camera, process.env.PATH);
if (unusable) {
  console.error(unusable);
  process.exit(2);
}
const leave = new AbortController();
onLeave(() => leave.abort(new Error('stopped')));
process.exitCode = await main(scenario, leave.signal);

async function main(scenario: Scenario, signal: AbortSignal): Promise<number> {
  console.log(`Demo: ${scenario.title}.`);
  const data = mkdtempSync(join(tmpdir(), 'liveness-demo-'));
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      data,
      camera: scenario.camera,
      ...(scenario.authorityDown && { authorityDown: scenario.authorityDown }),
      ports: { screen: 0, till: 0, backend: 0 },
      signal,
    });
    console.log(`Backend, sandbox authorities and kiosk are up. Kiosk screen: ${stack.screen}`);
    return await play(scenario, stack, AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]));
  } catch (error) {
    if (signal.aborted) console.error('Stopped.');
    else console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Plays the sessions that must come before, then the one that counts. */
async function play(scenario: Scenario, stack: Stack, signal: AbortSignal): Promise<number> {
  const over = new AbortController();
  const person = consentToEverything(stack.screen, AbortSignal.any([signal, over.signal])).catch((error: unknown) => {
    if (!over.signal.aborted) console.error(`the person left: ${String(error)}`);
  });
  const died = stack.died.then((why) => Promise.reject(new Error(why)));
  try {
    for (let i = 0; i < scenario.before; i++) {
      console.log('First a good session, so that there is something to record:');
      const earlier = await Promise.race([ask(stack, `REHEARSAL-${i + 1}`, signal), died]);
      if (earlier.view.outcome !== 'verified') throw new Error(`the session to record ended ${earlier.view.outcome}`);
      console.log('Now the recording is played:');
    }
    const { view, elapsedMs } = await Promise.race([ask(stack, 'SALE-1001', signal), died]);
    return await report(scenario, stack, view, elapsedMs);
  } finally {
    over.abort();
    await person;
  }
}

async function ask(stack: Stack, sale: string, signal: AbortSignal): Promise<{ view: TillView; elapsedMs: number }> {
  const cardholder = sandboxPeople().find(({ key }) => key === CARDHOLDER);
  if (!cardholder) throw new Error(`the sandbox has no ${CARDHOLDER}`);
  const started = performance.now();
  const say = narrate((line) =>
    console.log(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${line}`),
  );
  const view = await verify(stack.till, { sale, idNumber: cardholder.idNumber }, say.step, signal);
  say.outcome(view);
  return { view, elapsedMs: Math.round(performance.now() - started) };
}

/** Prints the last line. @returns the exit code: 0 when the outcome is the one that the scenario calls for. */
async function report(scenario: Scenario, stack: Stack, view: TillView, elapsedMs: number): Promise<number> {
  const signed = await checkReceipt(stack.backend, view);
  if (signed !== undefined) console.log(`The receipt does not hold: ${signed}`);
  const asExpected =
    (scenario.expected === undefined || view.outcome === scenario.expected) &&
    (scenario.reason === undefined || scenario.reason.test(view.reason ?? ''));
  if (!asExpected)
    console.log(`Expected ${scenario.expected} ${scenario.reason ?? ''}, got ${view.outcome} (${view.reason}).`);
  const { verification, outcome, reason, plan = [], authorities, receipt } = view;
  console.log(JSON.stringify({ verification, outcome, reason, plan, authorities, receipt, elapsedMs }));
  return asExpected && signed === undefined ? 0 : 1;
}
