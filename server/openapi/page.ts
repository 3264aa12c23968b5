import type { ApiDocument } from './describe.ts';

type Schema = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Described = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly description?: string; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
};

/** The document as one page that needs no script and nothing from elsewhere. */
export function renderPage(document: ApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Described>).map(([method, described]) => ({ method, path, described })),
  );
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(document.info.title)}</title><style>${STYLE}</style></head>
<body><header><h1>${text(document.info.title)}</h1>${prose(document.info.description ?? '')}
<p>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI ${text(document.openapi)})</p></header>
<nav><ul>${operations.map(({ method, path, described }) => `<li><a href="#${text(described.operationId)}"><b>${method.toUpperCase()}</b> ${text(path)}</a></li>`).join('')}</ul></nav>
<main>${operations.map(renderOperation).join('\n')}
<h2>Schemas</h2>${schemas.map(([name, schema]) => `<section id="schema-${text(name)}"><h3>${text(name)}</h3><pre>${text(JSON.stringify(schema, undefined, 2))}</pre></section>`).join('\n')}
</main></body></html>`;
}

function renderOperation(operation: { method: string; path: string; described: Described }): string {
  const { method, path, described } = operation;
  const signed = described.tags.includes('kiosk') ? '<em>signed by a kiosk</em>' : '';
  const parameters = (described.parameters ?? []).map(
    (each) => `<li><code>${text(each.name)}</code> (${text(each.in)}) ${text(each.description ?? '')}</li>`,
  );
  const answers = Object.entries(described.responses).map(
    ([status, answer]) => `<dt>${status}</dt><dd>${prose(answer.description)}${renderContent(answer.content)}</dd>`,
  );
  const body = described.requestBody;
  return `<section id="${text(described.operationId)}">
<h2><b class="${method}">${method.toUpperCase()}</b> <code>${text(path)}</code> ${signed}</h2>
<p><strong>${text(described.summary)}</strong></p>${prose(described.description ?? '')}
${parameters.length > 0 ? `<ul>${parameters.join('')}</ul>` : ''}
${body ? `<h3>Body</h3>${prose(body.description ?? '')}${renderContent(body.content)}` : ''}
<h3>Answers</h3><dl>${answers.join('')}</dl></section>`;
}

function renderContent(content: Content = {}): string {
  return Object.entries(content)
    .map(([type, { schema }]) => {
      const name = /^#\/components\/schemas\/(.+)$/.exec(String(schema?.$ref ?? ''))?.[1];
      const link = name ? `: <a href="#schema-${text(name)}">${text(name)}</a>` : '';
      return `<p><code>${text(type)}</code>${link}</p>`;
    })
    .join('');
}

const text = (raw: string): string => raw.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Paragraphs, lists and \`code\`, as the descriptions use them. */
function prose(markdown: string): string {
  return markdown
    .split(/\n\n/)
    .filter((part) => part !== '')
    .map((part) => {
      const inline = text(part).replace(/`([^`]+)`/g, '<code>$1</code>');
      if (!inline.startsWith('- ')) return `<p>${inline}</p>`;
      return `<ul>${inline.replace(/^- (.*)$/gm, '<li>$1</li>')}</ul>`;
    })
    .join('');
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#16202a;background:#fff;margin:0 auto;max-width:60rem;padding:1rem 1.5rem}
h1{font-size:1.8rem}h2{font-size:1.2rem;border-top:1px solid #c8d2dc;padding-top:1.2rem;margin-top:2rem}h3{font-size:1rem}
code,pre{font:14px/1.45 ui-monospace,monospace}code{background:#eef2f6;padding:.1em .3em;border-radius:3px}
pre{background:#f6f8fa;padding:.8rem;overflow:auto;border-radius:6px}
nav ul{columns:2;list-style:none;padding:0}nav a{text-decoration:none}
h2 b{display:inline-block;min-width:3.4em;font-size:.85em;color:#fff;text-align:center;border-radius:4px;padding:.1em .3em}
.get{background:#0b6e4f}.post{background:#1d4e89}em{font-size:.8em;color:#5a6773}
dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 0 1rem}dd ul{margin:.2rem 0;padding-left:1.2rem}a{color:#1d4e89}
@media (prefers-color-scheme:dark){body{background:#12181f;color:#dbe4ec}code,pre{background:#1e2731}a{color:#8fbcf0}h2{border-color:#33404c}}
@media (max-width:40rem){nav ul{columns:1}}`;
