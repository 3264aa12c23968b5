import { parseArgs } from 'node:util';
import { ASSISTANCES } from '../../liveness/assistance/index.ts';
import type { AssistanceKind } from '../../liveness/contract.ts';

export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | {
      readonly kind: 'run';
      readonly count: number;
      readonly seed: number;
      readonly only: readonly string[];
      readonly assistance: AssistanceKind;
      readonly json?: string;
      readonly takes?: string;
      readonly check: boolean;
      readonly details: boolean;
      readonly composed: boolean;
    };

export const HELP = `usage: npm run eval:attacks [-- --count N --seed S --only ID[,ID…] --json FILE --takes DIR --composed --details --check]

Lets simulated people and attackers go through the liveness session and counts who is accepted.

--count N    bona fide sessions, at least as many attacks of all types together, and a tenth of each type (1000)
--seed S     another drawing of everything (1)
--only IDS   these kinds only, by their ids in the table
--assistance KIND  plans and bars for people who cannot turn or nod: gentle (who then move little), attested (none)
--json FILE  every session's outcome, reasons and signals as well
--takes DIR  keep what was rendered and observed there, and use it again: for work on the bars, not for a result
--composed   leave out the sessions that are rendered in full: for work on the bars, not for a result
--details    why sessions ended, for each kind
--check      exit code 1, and a line for each bar missed`;

/** Reads the words after the command. */
export function parseArguments(words: readonly string[]): Request {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        count: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: '' },
        assistance: { type: 'string', default: 'none' },
        json: { type: 'string' },
        takes: { type: 'string' },
        check: { type: 'boolean', default: false },
        details: { type: 'boolean', default: false },
        composed: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const [count, seed] = [Number(values.count), Number(values.seed)];
    if (!Number.isInteger(count) || count < 1)
      return { kind: 'wrong', message: `--count ${values.count}: a number from 1 on` };
    if (!Number.isInteger(seed) || seed < 0)
      return { kind: 'wrong', message: `--seed ${values.seed}: a number from 0 on` };
    if (!isAssistance(values.assistance))
      return {
        kind: 'wrong',
        message: `--assistance ${values.assistance}: one of ${Object.keys(ASSISTANCES).join(', ')}`,
      };
    const { assistance, check, details, composed, json, takes } = values;
    const only = values.only === '' ? [] : values.only.split(',');
    const asked = { count, seed, only, assistance, check, details, composed };
    return { kind: 'run', ...asked, ...(json && { json }), ...(takes && { takes }) };
  } catch (error) {
    return { kind: 'wrong', message: `${(error as Error).message.split('\n')[0]} (--help says more)` };
  }
}

const isAssistance = (word: string): word is AssistanceKind => Object.hasOwn(ASSISTANCES, word);
