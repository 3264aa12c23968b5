import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { HardwareError } from './contract.ts';
import { cameraSchema, drivers, openCamera } from './index.ts';

const deps = { clock: systemClock };

function refusal(config: Parameters<typeof openCamera>[0]): HardwareError {
  try {
    openCamera(config, deps);
  } catch (error) {
    if (error instanceof HardwareError) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

describe('the table of cameras', () => {
  it('names each driver once', () => {
    const names = drivers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['v4l2', 'file', 'stills']));
  });

  it('opens a camera by its driver and names it after its source', () => {
    expect(openCamera({ driver: 'v4l2' }, deps).name).toBe('v4l2 /dev/video0');
    expect(openCamera({ driver: 'file', path: 'a.mp4' }, deps).name).toBe('file a.mp4');
    expect(openCamera({ driver: 'stills', path: 'faces' }, deps).name).toBe('stills faces');
  });

  it('offers one schema that fills in what is left out, and takes its own output again', () => {
    const config = cameraSchema.parse({ driver: 'file', path: 'a.mp4' });
    expect(config).toEqual({ driver: 'file', path: 'a.mp4', pace: 'real', loop: false, fps: 25 });
    expect(cameraSchema.parse(config)).toEqual(config);
    expect(openCamera(config, deps).name).toBe('file a.mp4');
    expect(cameraSchema.safeParse({ driver: 'file', path: 'a.mp4', colour: 1 }).success).toBe(false);
  });

  it('says which driver was meant, and which there are', () => {
    const { code, message } = refusal({ driver: 'v4l' });
    expect(code).toBe('option-invalid');
    expect(message).toMatch(/^v4l is no camera driver\. Did you mean v4l2\? There are: v4l2, file, stills/);
  });

  it('says which option was meant, even when its absence is a fault too', () => {
    const { code, message } = refusal({ driver: 'stills', pahts: 'faces' });
    expect(code).toBe('option-invalid');
    expect(message).toMatch(/pahts is no option of the camera driver stills\. Did you mean path\?/);
  });

  it('says which option has a value that cannot be', () => {
    const { code, message } = refusal({ driver: 'file', path: 'a.mp4', pace: 'quick' });
    expect(code).toBe('option-invalid');
    expect(message).toMatch(/driver file, option pace: .*"real"\|"fast"/);
    expect(refusal({ driver: 'file' }).message).toMatch(/option path/);
  });
});
