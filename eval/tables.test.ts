import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationError } from './errors.ts';
import { parseTable, readTable, TABLES } from './tables.ts';

const { row: pairs } = TABLES.casia;
const { row: films } = TABLES.films;

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
};

describe('a table', () => {
  it('is read by its names, whatever their order and whatever else stands there', () => {
    const text = 'same\ta\tnote\tb\n1\tx/1.png\thello\tx/2.png\n0\tx/1.png\t\ty/1.png\n';
    expect(parseTable('t.tsv', text, pairs)).toEqual([
      { a: 'x/1.png', b: 'x/2.png', same: true },
      { a: 'x/1.png', b: 'y/1.png', same: false },
    ]);
  });

  it('may have Windows line ends, a byte order mark and an empty last cell', () => {
    const text = '\uFEFFfile\tlive\tmotions\r\nturn.mov\t1\timage-left,up\r\nphone.mp4\t0\r\n';
    expect(parseTable('t.tsv', text, films)).toEqual([
      { file: 'turn.mov', live: true, motions: ['image-left', 'up'] },
      { file: 'phone.mp4', live: false, motions: [] },
    ]);
  });

  it('that cannot be understood names line and column', () => {
    expect(codeOf(() => parseTable('t.tsv', 'a\tb\tsame\nx\ty\tmaybe\n', pairs))).toContain(
      'table-invalid t.tsv line 2: same',
    );
    expect(codeOf(() => parseTable('t.tsv', 'a\tb\tsame\nx\ty\t1\t2\n', pairs))).toContain('4 cells under 3 names');
    expect(codeOf(() => parseTable('t.tsv', 'a\tb\tsame\n', pairs))).toContain('no rows');
    expect(codeOf(() => parseTable('t.tsv', '', pairs))).toContain('no rows');
  });

  it('cannot name a file outside its folder', () => {
    for (const file of ['../x.png', '/etc/passwd', 'a/../../x', '..', 'a\\..\\b'])
      expect(codeOf(() => parseTable('t.tsv', `a\tb\tsame\n${file}\ty\t1\n`, pairs))).toContain('inside the folder');
  });

  it('answers any text with rows or with an EvaluationError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\t', '\n', '1', '0', 'same', '.') }), (text) => {
        expect(codeOf(() => parseTable('t.tsv', `a\tb\tsame\n${text}`, pairs))).toMatch(/^(no error|table-invalid)/);
      }),
    );
  });

  it('that is not there is said to be missing', async () => {
    await expect(readTable('/nowhere', 'poses')).rejects.toMatchObject({ code: 'data-missing' });
  });
});
