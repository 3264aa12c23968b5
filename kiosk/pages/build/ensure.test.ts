import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBuiltPage } from '../built.ts';
import { ensurePages, pagesFolder } from './ensure.ts';
import { hashSources, listSources } from './sources.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('the pages', () => {
  /** A copy of what the pages are made of, so that a test may change it. */
  const root = mkdtempSync(join(tmpdir(), 'pages-'));
  beforeAll(() => {
    for (const file of listSources(ROOT)) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      cpSync(join(ROOT, file), join(root, file));
    }
    // What is imported for its types only, and the packages.
    for (const name of ['node_modules', 'liveness']) symlinkSync(join(ROOT, name), join(root, name));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('are built once for each state of their sources, also when two start at once', async () => {
    const said: string[] = [];
    const [one, two] = await Promise.all([1, 2].map(() => ensurePages(root, (line) => said.push(line))));
    expect(one).toBe(two);
    const before = said.length;
    expect(await ensurePages(root, (line) => said.push(line))).toBe(one);
    expect(said.length).toBe(before);
    expect(readdirSync(pagesFolder(root))).toEqual([hashSources(root)]);
  });

  it('are built anew when a source has changed', async () => {
    const first = await ensurePages(root);
    const file = join(root, 'kiosk/pages/design/tokens.css');
    writeFileSync(file, ':root {\n  --ink: #000000;\n}\n');
    const second = await ensurePages(root);
    expect(second).not.toBe(first);
    const css = [...readBuiltPage(second, 'screen')]
      .filter(([path]) => path.endsWith('.css'))
      .map(([, { body }]) => body);
    expect(css.join('')).toMatch(/--ink:#000/);
  });

  it('say why they cannot be built, and leave nothing half-built', async () => {
    writeFileSync(join(root, 'kiosk/pages/screen/main.ts'), "import './nowhere.ts';\n");
    await expect(ensurePages(root)).rejects.toMatchObject({
      code: 'page-missing',
      message: expect.stringContaining('nowhere'),
    });
    expect(readdirSync(pagesFolder(root)).every((name) => /^[0-9a-f]{16}$/.test(name))).toBe(true);
  });

  it.each(['screen', 'till'])(
    'carry hashed names, no script of their own inside the page, and nothing from elsewhere: %s',
    async (name) => {
      const folder = await ensurePages(ROOT);
      const pages = readBuiltPage(folder, name);
      const html = pages.get('/')!.body;
      expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)/);
      expect(html).not.toMatch(/ style="|https?:/);
      for (const [path, { lasting, body }] of pages) {
        if (path === '/') continue;
        expect([path, lasting]).toEqual([expect.stringMatching(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css)$/), true]);
        expect(body).not.toMatch(/(?:src|href|import)\s*[=(]\s*["']https?:/);
      }
    },
  );

  it('that nobody built are missed by name', () => {
    expect(() => readBuiltPage(join(root, 'nothing'), 'screen')).toThrow(/cannot serve the page screen/);
    expect(existsSync(join(root, 'nothing'))).toBe(false);
  });
});
