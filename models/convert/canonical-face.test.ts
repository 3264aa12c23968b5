import { describe, expect, it } from 'vitest';
import { extractCanonicalFace } from './canonical-face.ts';

const NAME = 'geometry_pipeline_metadata_landmarks.binarypb';
const loader = (end: number, name = NAME) =>
  Buffer.from(`loadPackage({"files": [{"filename": "/third_party/${name}", "start": 4, "end": ${end}}], "size": 9});`);
const failure = (message: string) =>
  expect.objectContaining({ code: 'model-corrupt', message: expect.stringContaining(message) });

describe('packed assets without a canonical face are refused', () => {
  it('when the loader does not list it', () => {
    expect(() => extractCanonicalFace(Buffer.alloc(9), loader(9, 'other'))).toThrow(failure(`list no ${NAME}`));
    expect(() => extractCanonicalFace(Buffer.alloc(9), Buffer.from(''))).toThrow(failure(`list no ${NAME}`));
  });

  it('when they end too early', () => {
    expect(() => extractCanonicalFace(Buffer.alloc(9), loader(10))).toThrow(failure(`end before ${NAME} does`));
  });

  it('when the bytes are something else', () => {
    const garbage = Buffer.alloc(64, 0xff);
    expect(() => extractCanonicalFace(garbage, loader(64))).toThrow(failure('not a GeometryPipelineMetadata'));
  });

  it('when the message is empty', () => {
    expect(() => extractCanonicalFace(Buffer.alloc(4), loader(4))).toThrow(failure('the canonical face holds'));
  });
});
