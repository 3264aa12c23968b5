import { z } from 'zod';
import { type Camera, HardwareError } from './contract.ts';
import type { DriverDeps } from './define.ts';
import { file } from './drivers/file.ts';
import { simulated } from './drivers/simulated.ts';
import { stills } from './drivers/stills.ts';
import { v4l2 } from './drivers/v4l2.ts';
import { nearest } from './nearest.ts';

/** The table of cameras: a new one is a file in `drivers/` and a line here. */
export const drivers = [v4l2, file, stills, simulated] as const;

type SchemasOf<Table extends readonly { readonly schema: unknown }[]> = {
  -readonly [Row in keyof Table]: Table[Row]['schema'];
};

/** The options of every camera, told apart by `driver`; a configuration file embeds it. */
export const cameraSchema = z.discriminatedUnion(
  'driver',
  drivers.map((driver) => driver.schema) as SchemasOf<typeof drivers>,
);

/**
 * Makes a camera ready; `run` of it touches the device.
 * @throws HardwareError `option-invalid`, naming the option and the nearest valid one.
 */
export function openCamera(
  config: { readonly driver: string; readonly [option: string]: unknown },
  deps: DriverDeps,
): Camera {
  const driver = drivers.find(({ name }) => name === config.driver);
  if (!driver)
    throw unknownWord(
      'camera driver',
      config.driver,
      drivers.map(({ name }) => name),
    );
  const parsed = driver.schema.safeParse(config);
  if (!parsed.success) throw describeIssues(driver.name, Object.keys(driver.schema.shape), parsed.error.issues);
  return (driver.open as (options: unknown, deps: DriverDeps) => Camera)(parsed.data, deps);
}

/** An unknown key goes first: it is often the reason why another is missing. */
function describeIssues(driver: string, keys: readonly string[], issues: readonly z.core.$ZodIssue[]): HardwareError {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))[0];
  if (unknown !== undefined) return unknownWord(`option of the camera driver ${driver}`, unknown, keys);
  const faults = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  return new HardwareError('option-invalid', `camera driver ${driver}, option ${faults}`);
}

function unknownWord(what: string, word: string, valid: readonly string[]): HardwareError {
  const near = nearest(word, valid);
  const meant = near ? ` Did you mean ${near}?` : '';
  return new HardwareError('option-invalid', `${word} is no ${what}.${meant} There are: ${valid.join(', ')}.`);
}
