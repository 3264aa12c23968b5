import type { Page } from '../pages/serve.ts';
import { TABLE } from './scripts.ts';

/** The table for people: in a terminal, and as a page without scripts or styles. */
export function describeTable(): string {
  const width = Math.max(...TABLE.map(({ name }) => name.length));
  return TABLE.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`).join('\n');
}

export function describePage(): Page {
  const rows = TABLE.map(({ name, what }) => `<tr><td><code>${name}</code></td><td>${what}</td></tr>`).join('\n');
  const body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Kiosk simulator</title>
<h1>Kiosk simulator</h1>
<p>What a sale reference makes happen. Add a point and anything to make it new: <code>SIM-EXPIRED.17</code>.</p>
<table border="1" cellpadding="4">
${rows}
</table>
<p>Keys of receipts: <a href="/simulator/jwks.json">/simulator/jwks.json</a>. Written guide: docs/till.md.</p>
</html>
`;
  return { type: 'text/html; charset=utf-8', body };
}
