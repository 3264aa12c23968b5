import { describe, expect, it } from 'vitest';
import { readScenario } from './scenario.ts';

describe('the command line of the demo', () => {
  it('without options expects the right person to be verified', () => {
    expect(readScenario([])).toMatchObject({ expected: 'verified', camera: { portrait: 'zhang-min', mode: 'person' } });
  });
  it('puts another face before the camera for an impostor', () => {
    expect(readScenario(['--subject', 'impostor'])).toMatchObject({
      expected: 'rejected',
      camera: { portrait: 'li-na' },
    });
  });
  it.each(['photo', 'replay'])('expects the attack %s to be rejected', (name) => {
    expect(readScenario(['--attack', name])).toMatchObject({ expected: 'rejected', camera: { mode: name } });
  });
  it.each(['bank', 'police', 'insurer'])('expects unavailable, never verified, when %s is down', (name) => {
    expect(readScenario(['--authority-down', name])).toMatchObject({ expected: 'unavailable', authorityDown: name });
  });
  it('takes a device as a camera and anything else as a film', () => {
    expect(readScenario(['--camera', '/dev/video2'])).toMatchObject({ camera: { driver: 'v4l2' } });
    expect(readScenario(['--camera', 'a.mp4'])).toMatchObject({ camera: { driver: 'file', path: 'a.mp4' } });
  });
  it.each([
    [['--attack', 'mask']],
    [['--subject', 'twin']],
    [['--authority-down', 'post']],
    [['--wrong']],
    [['extra']],
    [['--attack', 'photo', '--subject', 'impostor']],
    [['--camera', '']],
  ])('refuses %j with a sentence', (argv) => {
    expect(readScenario(argv)).toHaveProperty('error', expect.stringMatching(/\w+/));
  });
});
