import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../../server/contract/problem.ts';
import { KioskError } from '../error.ts';
import { type BackendDeps, enrol } from './client.ts';
import type { DeviceKey } from './device-key.ts';

/** Which backend knows this kiosk, under which id; the key tells whether the enrolment still fits. */
const enrolmentSchema = z.object({ backend: z.string(), kiosk: z.string(), key: z.string() });

export type EnrolmentRequest = {
  readonly folder: string;
  readonly code?: string;
  readonly name: string;
  readonly store: string;
  readonly key: DeviceKey;
};

/** The kiosk's id at this backend, if it has enrolled there with this key. */
export async function readEnrolment(folder: string, backend: string, key: DeviceKey): Promise<string | undefined> {
  const text = await readFile(join(folder, 'enrolment.json'), 'utf8').catch(() => '{}');
  const kept = enrolmentSchema.safeParse(parse(text));
  const fits = kept.success && kept.data.backend === backend && kept.data.key === key.publicJwk.x;
  return fits ? kept.data.kiosk : undefined;
}

/**
 * Enrols once: from then on the kept id is used, unless the backend has lost it (`anew`). @returns the id, or the problem when the backend cannot be reached now.
 * @throws KioskError when trying again cannot help: no code, or a code that the backend refuses.
 */
export async function ensureEnrolled(
  deps: Omit<BackendDeps, 'sign'>,
  request: EnrolmentRequest,
  anew = false,
): Promise<{ readonly kiosk: string } | { readonly problem: Problem }> {
  const kept = anew ? undefined : await readEnrolment(request.folder, deps.url, request.key);
  if (kept) return { kiosk: kept };
  if (!request.code)
    throw new KioskError(
      'not-enrolled',
      `this kiosk is not enrolled at ${deps.url}: ask the backend's operator for a code and set backend.enrolmentCode`,
    );
  const body = { code: request.code, name: request.name, store: request.store, key: request.key.publicJwk };
  const answer = await enrol(deps, body);
  if (answer.ok) {
    await keep(request.folder, { backend: deps.url, kiosk: answer.value.kiosk, key: request.key.publicJwk.x });
    return { kiosk: answer.value.kiosk };
  }
  if (answer.problem.status >= 500 || answer.problem.status === 429) return { problem: answer.problem };
  throw new KioskError(
    'enrolment-refused',
    `${deps.url} refused the enrolment (${answer.problem.code}): ask the backend's operator for a new code`,
  );
}

async function keep(folder: string, enrolment: z.output<typeof enrolmentSchema>): Promise<void> {
  const path = join(folder, 'enrolment.json');
  await writeFile(`${path}.new`, JSON.stringify(enrolment), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
