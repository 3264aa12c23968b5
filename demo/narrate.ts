/** The steps of a verification as plain lines. */
import type { Ended, Step } from '../kiosk/contract.ts';

const LINES: Readonly<Record<Step['step'], string>> = {
  asked: 'the till asked; the kiosk invites the person',
  consent: 'consent given',
  look: 'look straight at the screen',
  'turn-left': 'turn your head to your left',
  'turn-right': 'turn your head to your right',
  'nod-down': 'lower your head',
  'nod-up': 'raise your head',
  between: 'good, look straight ahead',
  matching: 'matching three identities',
};

export type Narrator = { step(step: Step): void; outcome(ended: Partial<Ended>): void };

/** Says each step once; answers of authorities are said as they arrive. */
export function narrate(say: (line: string) => void): Narrator {
  let last = '';
  return {
    step(step) {
      const line = step.answered?.length ? `${LINES.matching}: ${step.answered.join(', ')} answered` : LINES[step.step];
      if (line !== last) say(line);
      last = line;
    },
    outcome({ outcome, reason, authorities }) {
      const answers = Object.entries(authorities ?? {}).map(([name, answer]) => `${name} ${answer}`);
      say(`${outcome} (${[reason, ...answers].join(', ')})`);
    },
  };
}
