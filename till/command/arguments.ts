import { parseArgs } from 'node:util';
import type { AssistanceRequest, Question } from '../contract.ts';

export const HELP = `usage: npm run till -- COMMAND [WORDS] [--json] [--state DIR]

pair --url URL [--name NAME] [--code DIGITS]
        makes this till known to a kiosk; asks for the six digits on the kiosk's screen
verify SALE --id-number N [--relative PERSON | --by-hand NAME,ID-NUMBER,RELATION] [--amount FEN] [--purpose P] [--anew]
       [--assistance gentle | --attested-by STAFF-NUMBER]
        asks, shows what the person does, and waits for the outcome; the same sale again is the same verification
recover SALE    what became of a sale: waits while it is in progress
status SALE     the same, without waiting
watch SALE      follows what runs
cancel SALE     ends it, if it still runs
retry SALE [--assistance none|gentle | --attested-by STAFF-NUMBER]
                another round, where the outcome allows it
appeal SALE     contests a refusal: the sale may go on, a person looks at it later
people --id-number N
        who may stand at the counter for a cardholder
env     lines for a shell, for curl: eval "$(npm run -s till -- env)"

--assistance    for people who cannot turn or nod: gentle asks for smaller motions; --attested-by asks for
                none: the member of staff with this number states that the named person stands there
--id-number -   reads it from standard input: a command line may be seen by others
--jwks FILE     checks the receipt with the backend's public keys; --simulator takes those of the simulator
--limit S       seconds to wait for an outcome (390)
--state DIR     where key and sales are kept (~/.liveness-till, or $LIVENESS_TILL)
--json          one JSON object a line

exit codes: 0 verified, or done · 3 rejected · 4 expired · 5 cancelled · 6 unavailable
            7 not known yet: ask again · 8 there is no such sale · 9 refused by the kiosk · 10 the receipt does not hold
            1 a fault · 2 wrong command line`;

const COMMANDS = [
  'pair',
  'verify',
  'recover',
  'status',
  'watch',
  'cancel',
  'retry',
  'appeal',
  'people',
  'env',
] as const;
export type CommandName = (typeof COMMANDS)[number];

export type Options = {
  readonly command: CommandName;
  readonly sale: string;
  readonly url?: string;
  readonly name: string;
  readonly code?: string;
  /** `-`: from standard input. */
  readonly idNumber?: string;
  readonly subject?: Question['subject'];
  readonly amount?: number;
  readonly purpose?: string;
  readonly assistance?: AssistanceRequest;
  readonly anew: boolean;
  readonly jwks?: string;
  readonly simulator: boolean;
  readonly limitMs: number;
  readonly state?: string;
  readonly json: boolean;
};

/** Commands that are about a sale. */
const NO_SALE: readonly CommandName[] = ['pair', 'people', 'env'];

/** @returns the options, or what is wrong, or nothing where help is asked for. */
export function readArguments(words: readonly string[]): Options | string | undefined {
  try {
    const { values, positionals } = parse(words);
    const [command, sale = '', ...rest] = positionals as [CommandName | undefined, string?, ...string[]];
    if (values.help || (command === undefined && words.length === 0)) return undefined;
    if (!command || !COMMANDS.includes(command)) return `there is no command ${command ?? ''}`.trimEnd();
    if (rest.length > 0 || (sale !== '' && NO_SALE.includes(command))) return `one word too many after ${command}`;
    if (sale === '' && !NO_SALE.includes(command)) return `${command} needs a sale reference`;
    if (command === 'pair' && !values.url) return 'pair needs --url';
    if ((command === 'verify' || command === 'people') && !values['id-number']) return `${command} needs --id-number`;
    const limit = Number(values.limit);
    if (!(limit > 0 && limit <= 3600)) return `--limit ${values.limit}: seconds, 1 to 3600`;
    const amount = values.amount === undefined ? undefined : Number(values.amount);
    if (amount !== undefined && !Number.isSafeInteger(amount)) return `--amount ${values.amount}: whole fen`;
    const subject = subjectOf(values.relative, values['by-hand']);
    if (typeof subject === 'string') return subject;
    const assistance = assistanceOf(values.assistance, values['attested-by']);
    if (typeof assistance === 'string') return assistance;
    const { url, name, code, purpose, anew, jwks, simulator, state, json } = values;
    const idNumber = values['id-number'];
    const given = { url, code, idNumber, subject, amount, purpose, assistance, jwks, state };
    return { command, sale, name, anew, simulator, limitMs: limit * 1000, json, ...known(given) };
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

function parse(words: readonly string[]) {
  const [text, flag] = [{ type: 'string' } as const, { type: 'boolean', default: false } as const];
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      url: text,
      name: { ...text, default: 'till' },
      code: text,
      'id-number': text,
      relative: text,
      'by-hand': text,
      amount: text,
      purpose: text,
      assistance: text,
      'attested-by': text,
      anew: flag,
      jwks: text,
      simulator: flag,
      limit: { ...text, default: '390' },
      state: text,
      json: flag,
      help: { ...flag, short: 'h' },
    },
  });
}

function subjectOf(relative: string | undefined, byHand: string | undefined): Question['subject'] | string {
  if (relative !== undefined) return { who: 'relative', person: relative };
  if (byHand === undefined) return undefined;
  const [name, idNumber, relation, ...rest] = byHand.split(',');
  if (!name || !idNumber || !relation || rest.length > 0) return '--by-hand NAME,ID-NUMBER,RELATION';
  return { who: 'by-hand', name, idNumber, relation };
}

function assistanceOf(kind: string | undefined, by: string | undefined): AssistanceRequest | undefined | string {
  if (by !== undefined)
    return kind === undefined ? { kind: 'attested', by, present: true } : 'one of --assistance, --attested-by';
  if (kind === undefined || kind === 'none' || kind === 'gentle') return kind && { kind };
  return `--assistance ${kind}: none or gentle; --attested-by for a member of staff who vouches`;
}

type Known<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Only what was given. */
function known<T extends object>(given: T): Known<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Known<T>;
}
