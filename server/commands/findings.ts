import type { AuditReport, Finding } from '../db/audit-check.ts';

/** What is wrong, in a line. */
export function describeFinding(finding: Finding): string {
  if (finding.kind === 'unaudited')
    return `verification ${finding.verification}: the audit has no line about it: its lines were taken out, or it was put in`;
  const chain = `chain ${finding.chain}`;
  switch (finding.kind) {
    case 'changed':
      return `${chain}, line ${finding.n}: does not fit the line before it: changed, exchanged, or put in`;
    case 'missing':
      return `${chain}, ${linesOf(finding)}: missing`;
    case 'cut-off':
      return `${chain}, ${linesOf(finding)}: cut off the end`;
    case 'head-wrong':
      return `${chain}: its head is missing, is not signed with the key of this backend, or does not fit the last line`;
    case 'rolled-back':
      return `${chain}, line ${finding.n}: not the one that the checkpoint saw: it was put back to an earlier state`;
    case 'personal-changed':
      return `${chain}, line ${finding.n}: the words about a person were changed, or taken away without being forgotten`;
  }
}

const linesOf = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  from === to ? `line ${from}` : `lines ${from} to ${to}`;

export function summarize({ lines, personal, erased, findings, heads }: AuditReport): string {
  const words = personal === 0 ? '' : `; ${personal} with words about a person, ${erased} of them forgotten`;
  const read = `${lines} lines in ${heads.length} chains${words}`;
  if (findings.length === 0) return `The audit is whole: ${read}.`;
  const allHeads = findings.filter(({ kind }) => kind === 'head-wrong').length === heads.length;
  const hint = allHeads ? ' Nothing fits: is keys.json the one that was made with this database?' : '';
  return `THE AUDIT IS NOT WHOLE: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in ${read}.${hint}`;
}
