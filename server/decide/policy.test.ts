import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../authorities/contract.ts';
import { type AuthorityName, REASONS } from '../contract/index.ts';
import { type Answers, decideMatch as decide, GUARDIAN_MISMATCH } from './policy.ts';

const ALL: readonly AuthorityName[] = ['bank', 'police', 'insurer'];
const decideMatch = (said: Answers) => decide(said, ALL);
const words = ['match', 'mismatch', 'not-found', 'locked', 'unavailable'] as const;
type Word = (typeof words)[number];
const answers = (police: Word, insurer: Word, bank: Word, face: Answer['face'] = 'match'): Answers => ({
  bank: { outcome: bank, code: 'x' },
  police: { outcome: police, code: 'x', face },
  insurer: { outcome: insurer, code: 'x' },
});

describe('the three-way match', () => {
  it.each([
    // police, insurer, bank → outcome, reason
    ['match', 'match', 'match', 'verified', 'matched'],
    ['mismatch', 'match', 'match', 'rejected', 'police-mismatch'],
    ['not-found', 'match', 'match', 'rejected', 'police-not-found'],
    ['locked', 'match', 'match', 'rejected', 'police-locked'],
    ['match', 'mismatch', 'match', 'rejected', 'insurer-mismatch'],
    ['match', 'not-found', 'match', 'rejected', 'insurer-not-found'],
    ['match', 'match', 'mismatch', 'rejected', 'bank-mismatch'],
    ['match', 'match', 'locked', 'rejected', 'bank-locked'],
    ['mismatch', 'mismatch', 'mismatch', 'rejected', 'police-mismatch'],
    ['match', 'mismatch', 'mismatch', 'rejected', 'insurer-mismatch'],
    ['unavailable', 'match', 'match', 'unavailable', 'police-unavailable'],
    ['match', 'unavailable', 'match', 'unavailable', 'insurer-unavailable'],
    ['match', 'match', 'unavailable', 'unavailable', 'bank-unavailable'],
    ['unavailable', 'unavailable', 'unavailable', 'unavailable', 'police-unavailable'],
    ['unavailable', 'match', 'mismatch', 'rejected', 'bank-mismatch'],
    ['unavailable', 'not-found', 'unavailable', 'rejected', 'insurer-not-found'],
  ] as const)('police %s, insurer %s, bank %s: %s, %s', (police, insurer, bank, outcome, reason) => {
    expect(decideMatch(answers(police, insurer, bank))).toEqual({
      outcome,
      reason,
      authorities: { police, insurer, bank },
    });
  });
  it('names the face when that is what the police object to, before anything else', () => {
    expect(decideMatch(answers('mismatch', 'mismatch', 'locked', 'mismatch')).reason).toBe('police-face-mismatch');
  });
  it('names the guardian where it is not the face that the police object to', () => {
    const police = { outcome: 'mismatch', code: GUARDIAN_MISMATCH, face: 'match' } as const;
    expect(decideMatch({ ...answers('match', 'match', 'match'), police }).reason).toBe('guardian-mismatch');
  });
  it('takes a match of the police without a compared face for half an answer', () => {
    const half = { ...answers('match', 'match', 'match'), police: { outcome: 'match', code: 'x' } as const };
    expect(decideMatch(half)).toMatchObject({ outcome: 'unavailable', authorities: { police: 'unavailable' } });
  });
  it('takes a match of the police with another face for a mismatch', () => {
    expect(decideMatch(answers('match', 'match', 'match', 'mismatch'))).toMatchObject({
      outcome: 'rejected',
      reason: 'police-face-mismatch',
    });
  });
  it('says when the insurance is suspended, since the person can do something about that', () => {
    const suspended = { outcome: 'mismatch', code: 'insurer-suspended' } as const;
    const said = { ...answers('match', 'match', 'match'), insurer: suspended };
    expect(decideMatch(said)).toMatchObject({ outcome: 'rejected', reason: 'insurer-suspended' });
  });
  it('of fewer hears only those who are required', () => {
    const { police, insurer } = answers('match', 'match', 'match');
    expect(decide({ police, insurer }, ['police', 'insurer'])).toEqual({
      outcome: 'verified',
      reason: 'matched',
      authorities: { police: 'match', insurer: 'match', bank: 'not-asked' },
    });
    expect(decide(answers('match', 'match', 'mismatch'), ['police', 'insurer']).outcome).toBe('verified');
    expect(decide(answers('match', 'mismatch', 'match'), ['police', 'insurer']).reason).toBe('insurer-mismatch');
  });
  it('of nobody is no match', () => {
    expect(decide({}, []).outcome).toBe('unavailable');
    expect(decide({}, ALL)).toMatchObject({ outcome: 'unavailable', reason: 'police-unavailable' });
  });
  it('is verified only by three matches and a face, whatever else is said, and its reasons are known', () => {
    const word = fc.constantFrom<string>(...words, 'MATCH', '', 'yes', 'constructor');
    const face = fc.constantFrom(undefined, 'match', 'mismatch', 'maybe');
    fc.assert(
      fc.property(word, word, word, face, (police, insurer, bank, seen) => {
        const said = answers(police as Word, insurer as Word, bank as Word);
        const ending = decideMatch({ ...said, police: { ...said.police!, face: seen as Answer['face'] } });
        const all = police === 'match' && insurer === 'match' && bank === 'match' && seen === 'match';
        expect(ending.outcome === 'verified').toBe(all);
        expect(REASONS).toContain(ending.reason);
      }),
      { numRuns: 2000 },
    );
  });
});
