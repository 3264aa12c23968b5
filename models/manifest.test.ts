import { describe, expect, it } from 'vitest';
import { findEntry, loadManifest, type Manifest, parseManifest } from './manifest.ts';

const own = loadManifest();
const altered = (change: (manifest: Manifest) => void) => {
  const copy = structuredClone(own);
  change(copy);
  return () => parseManifest(copy, 'test');
};

describe("the project's manifest", () => {
  it('names all that the kiosk needs, each with a licence and where it comes from', () => {
    const ids = own.entries.map((entry) => entry.id);
    expect(ids).toEqual(expect.arrayContaining(['blazeface-front', 'facemesh', 'canonical-face', 'pad-minifasnet']));
    expect(ids).toEqual(expect.arrayContaining(['embedder-mobilefacenet', 'photo-1', 'photo-6']));
    for (const entry of own.entries) expect(entry.provenance.length, entry.id).toBeGreaterThan(20);
  });

  it('says plainly that the origin of the weights by faceplugin is unclear', () => {
    const weights = own.entries.filter((entry) => entry.source.package.startsWith('faceplugin'));
    expect(weights).toHaveLength(2);
    for (const entry of weights) expect(entry.provenance).toContain('licence holder and the training data are unclear');
  });

  it('gives a threshold only together with where it was measured', () => {
    const judged = own.entries.filter((entry) => entry.threshold).map((entry) => entry.id);
    expect(judged).toEqual(['pad-minifasnet', 'embedder-mobilefacenet']);
    expect(altered((manifest) => Object.assign(manifest.entries[0]!, { threshold: { value: 1 } }))).toThrow(
      /measuredOn/,
    );
  });

  it('pins the output of a copy to its source', () => {
    for (const entry of own.entries.filter((each) => each.recipe === 'copy')) {
      expect(entry.sha256).toBe(entry.source.files[0]!.sha256);
    }
  });
});

describe('a wrong manifest is refused, and the place is named', () => {
  it.each<[string, (manifest: Manifest) => void, RegExp]>([
    ['an unknown field', (m) => Object.assign(m.entries[0]!, { sha: 'x' }), /sha/],
    [
      'a file outside the directory',
      (m) => Object.assign(m.entries[0]!, { file: '../evil.onnx' }),
      /entries\[0\]\.file/,
    ],
    ['an absolute path', (m) => Object.assign(m.entries[0]!, { file: '/etc/passwd' }), /entries\[0\]\.file/],
    ['an id twice', (m) => Object.assign(m.entries[1]!, { id: m.entries[0]!.id }), /id blazeface-front occurs twice/],
    ['a package that is not listed', (m) => Object.assign(m.entries[0]!.source, { package: 'left-pad' }), /left-pad/],
    ['a version range', (m) => Object.assign(m.packages[0]!, { version: '^1.0.0' }), /exact version/],
    ['a short hash', (m) => Object.assign(m.entries[0]!, { sha256: 'abc' }), /entries\[0\]\.sha256/],
  ])('%s', (_, change, message) => {
    expect(altered(change)).toThrow(message);
  });

  it('an id that nobody knows is an error that lists the known ones', () => {
    expect(() => findEntry(own, 'nose')).toThrow(/no model nose; it knows blazeface-front, facemesh/);
  });
});
