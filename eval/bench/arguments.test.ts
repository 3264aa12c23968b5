import { describe, expect, it } from 'vitest';
import { HELP, parseArguments } from './arguments.ts';

describe('the words after npm run bench', () => {
  it('are a whole run by default', () => {
    expect(parseArguments([])).toEqual({ kind: 'bench', quick: false, check: false });
  });

  it('ask for a quick run, a check and a file', () => {
    const request = parseArguments(['--quick', '--json', 'out.json', '--check']);
    expect(request).toEqual({ kind: 'bench', quick: true, check: true, json: 'out.json' });
  });

  it.each([[['--json']], [['--json', '--check']], [['--fast']], [['film.mp4']]])('are refused: %j', (words) => {
    expect(parseArguments(words)).toMatchObject({ kind: 'wrong' });
  });

  it('are all explained', () => {
    expect(parseArguments(['--help'])).toEqual({ kind: 'help' });
    for (const word of ['--quick', '--check', '--json']) expect(HELP).toContain(word);
  });
});
