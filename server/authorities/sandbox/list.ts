import { html } from 'hono/html';
import { stringify } from 'yaml';
import { type AuthorityName, MODES, type Mode } from './faults.ts';
import type { SandboxPerson } from './people.ts';

/** GET /people: who is in the sandbox, what happens to them, and how its authorities behave now. */
export function listPage(people: readonly SandboxPerson[], modes: Readonly<Record<AuthorityName, Mode>>) {
  const rows = people.map(
    (person) => html`<tr>
      <th scope="row">${person.name}<br /><small>${person.key}</small></th>
      <td>${person.story}</td>
      <td>${person.idNumber}</td>
      <td>${person.insuranceNumber}<br />${person.cardSn}</td>
      <td>${person.eCredential}</td>
      <td>${person.bankCard}<br />${person.phone}</td>
      <td>${(person.family ?? []).map(({ key, relation }) => `${key} (${relation})`).join(', ')}</td>
    </tr>`,
  );
  const behaviour = Object.entries(modes).map(([name, mode]) => html`<li>${name}: ${mode}, ${MODES[mode]}</li>`);
  return html`<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Sandbox of three authorities</title>
  <style>
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; }
    table { border-collapse: collapse; }
    th, td { border: 1px solid #999; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
  </style>
  <h1>Sandbox of three authorities</h1>
  <p>Nobody here exists. People are in people.yaml; an authority's behaviour is changed by POST /control.</p>
  <ul>${behaviour}</ul>
  <table>
    <tr><th>who</th><th>story</th><th>ID number</th><th>insurance number, chip</th><th>e-credential</th><th>card, phone</th><th>family</th></tr>
    ${rows}
  </table>
</html>`;
}

/** The same as text, for `--help`. */
export function listText(people: readonly SandboxPerson[]): string {
  const width = Math.max(...people.map(({ key }) => key.length));
  return people.map(({ key, idNumber, story }) => `  ${key.padEnd(width)}  ${idNumber}  ${story}`).join('\n');
}

/** As the backend's list of people, YAML: it looks cards and phones up there. */
export const registerText = (people: readonly SandboxPerson[]): string =>
  stringify(people.map(({ idNumber, name, bankCard, phone }) => ({ idNumber, name, bankCard, phone })));

export function modesText(): string {
  const width = Math.max(...Object.keys(MODES).map((mode) => mode.length));
  return Object.entries(MODES)
    .map(([mode, words]) => `  ${mode.padEnd(width)}  ${words}`)
    .join('\n');
}
