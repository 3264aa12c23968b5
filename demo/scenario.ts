/** What `npm run demo` can show, from its command line. */
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { AuthorityName, Outcome } from '../server/contract/index.ts';

export const USAGE = `usage: npm run demo -- [--subject impostor] [--attack photo|replay] [--authority-down bank|police|insurer] [--camera FILE|/dev/videoN]
  without options          the right person stands there: verified
  --subject impostor       somebody else stands there: rejected, the police registry's face differs
  --attack photo           a flat photo of the right person, moved, tilted and bent: rejected
  --attack replay          a recording of an earlier good session: rejected
  --authority-down NAME    one authority cannot be reached: unavailable, never verified
  --camera SOURCE          a film or a camera instead of the simulated person: any outcome is a good end`;

export type Camera =
  | {
      readonly driver: 'simulated';
      readonly portrait: string;
      readonly mode: 'person' | 'photo' | 'replay';
      readonly speed?: number;
    }
  | { readonly driver: 'file'; readonly path: string; readonly pace: 'real'; readonly loop: true }
  | { readonly driver: 'v4l2'; readonly device: string };

export type Scenario = {
  readonly title: string;
  readonly camera: Camera;
  readonly authorityDown?: AuthorityName;
  /** Good sessions before the one that is judged: a recording has to be made before it can be played. */
  readonly before: number;
  /** The outcome that this scenario calls for; undefined where any end is a good one. */
  readonly expected?: Outcome;
  /** The reason must match it too. */
  readonly reason?: RegExp;
};

/** Whose ID number the till sends. */
export const CARDHOLDER = 'zhang-min';
const SOMEBODY_ELSE = 'li-na';
const AUTHORITIES: readonly string[] = ['bank', 'police', 'insurer'];

/** Where a film's path begins: npm runs in the project's folder, but a person names files from their own. */
export const whereFrom = (): string => process.env.INIT_CWD ?? process.cwd();

/** @param from the folder in which relative paths are meant. @returns the scenario, or what is wrong with the command line. */
export function readScenario(argv: readonly string[], from = ''): Scenario | { readonly error: string } {
  let values: { subject?: string; attack?: string; 'authority-down'?: string; camera?: string };
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        subject: { type: 'string' },
        attack: { type: 'string' },
        'authority-down': { type: 'string' },
        camera: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
  if (Object.keys(values).length > 1) return { error: 'one option at a time: each is a scenario of its own' };
  if (values.camera !== undefined) return realCamera(values.camera, from);
  if (values.subject !== undefined) return impostor(values.subject);
  if (values.attack !== undefined) return attack(values.attack);
  if (values['authority-down'] !== undefined) return authorityDown(values['authority-down']);
  return { title: 'the right person stands there', camera: person(CARDHOLDER), before: 0, expected: 'verified' };
}

const person = (portrait: string, mode: 'person' | 'photo' | 'replay' = 'person'): Camera => ({
  driver: 'simulated',
  portrait,
  mode,
});

function realCamera(source: string, from: string): Scenario | { error: string } {
  if (source === '') return { error: '--camera needs a film or a device' };
  const camera: Camera = /^\/dev\/video\d+$/.test(source)
    ? { driver: 'v4l2', device: source }
    : { driver: 'file', path: from === '' ? source : resolve(from, source), pace: 'real', loop: true };
  return { title: `whoever is seen by ${source}`, camera, before: 0 };
}

function impostor(name: string): Scenario | { error: string } {
  if (name !== 'impostor') return { error: `--subject ${name}: only "impostor" is known` };
  return {
    title: 'somebody else stands there',
    camera: person(SOMEBODY_ELSE),
    before: 0,
    expected: 'rejected',
    reason: /^police-face/,
  };
}

function attack(name: string): Scenario | { error: string } {
  if (name === 'photo') {
    const camera = person(CARDHOLDER, 'photo');
    return { title: 'a flat photo is held up', camera, before: 0, expected: 'rejected', reason: /^liveness-/ };
  }
  if (name === 'replay') {
    const camera = person(CARDHOLDER, 'replay');
    return {
      title: 'a recording of an earlier session is played',
      camera,
      before: 1,
      expected: 'rejected',
      reason: /^liveness-/,
    };
  }
  return { error: `--attack ${name}: "photo" and "replay" are known` };
}

function authorityDown(name: string): Scenario | { error: string } {
  if (!AUTHORITIES.includes(name)) return { error: `--authority-down ${name}: one of ${AUTHORITIES.join(', ')}` };
  return {
    title: `the ${name} authority is down`,
    camera: person(CARDHOLDER),
    authorityDown: name as AuthorityName,
    before: 0,
    expected: 'unavailable',
    reason: new RegExp(`^${name}-`),
  };
}
