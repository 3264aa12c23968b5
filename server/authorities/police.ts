import { z } from 'zod';
import type { Answer, Authority, Person } from './contract.ts';
import { type AdapterDeps, defineAuthority } from './define.ts';
import { openLine } from './line/line.ts';
import { callTencent, errorSlug, tencentOptions } from './tencent.ts';

const policeOptionsSchema = z.strictObject({
  ...tencentOptions,
  /** Least similarity (0–100) that counts as the same person. The provider states an FMR of 1 in 10 000 at 70. */
  threshold: z.number().min(50).max(100).default(70),
});
type PoliceOptions = z.output<typeof policeOptionsSchema>;

const resultSchema = z.object({ Result: z.string(), Description: z.string(), Sim: z.number().min(0).max(100) });

const identitySchema = z.object({ Result: z.string(), Description: z.string() });

/** The service takes a picture of 3 MB as base64. */
const MAX_IMAGE_CHARACTERS = 3 * 1024 * 1024;

/** Errors of the service that are answers. Every other one is `unavailable`. */
const ERRORS: Readonly<Record<string, Answer>> = {
  'FailedOperation.IdNameMisMatch': { outcome: 'mismatch', code: 'police-mismatch' },
  'FailedOperation.CompareLowSimilarity': { outcome: 'mismatch', code: 'police-face-mismatch', face: 'mismatch' },
  'FailedOperation.LifePhotoDetectFake': { outcome: 'mismatch', code: 'police-face-fake', face: 'mismatch' },
  'FailedOperation.IdNoExistSystem': { outcome: 'not-found', code: 'police-not-found' },
  'FailedOperation.IdPhotoNoExist': { outcome: 'not-found', code: 'police-no-photo' },
  'FailedOperation.IdentityAuthLimitExceeded': { outcome: 'locked', code: 'police-over-limit' },
};

/** Results of IdCardVerification. Every code that is not in this table is `unavailable`. */
const RESULTS: Readonly<Record<string, Answer>> = {
  '0': { outcome: 'match', code: 'police-match' },
  '-1': { outcome: 'mismatch', code: 'police-mismatch' },
  '-5': { outcome: 'not-found', code: 'police-not-found' },
  '-7': { outcome: 'locked', code: 'police-over-limit' },
};

/**
 * The police registry: is this name that ID number's, and is the still the face of the register's photo? Both actions
 * only read, so a question that was lost on the way is asked again.
 */
function openPolice(options: PoliceOptions, deps: AdapterDeps): Authority {
  const line = openLine(options, deps, 'authorities.police', 'read');
  const call = (action: string, payload: unknown, signal: AbortSignal) =>
    callTencent(line, options, { action, payload, now: deps.now, signal });
  return {
    name: 'police',
    async ask({ person, still, signal }) {
      const image = Buffer.from(still).toString('base64');
      if (image.length === 0) return { outcome: 'unavailable', code: 'police-still-empty' };
      if (image.length > MAX_IMAGE_CHARACTERS) return { outcome: 'unavailable', code: 'police-still-too-large' };
      const payload = { Name: person.name, IdCard: person.idNumber, ImageBase64: image };
      const reply = await call('ImageRecognitionV2', payload, signal);
      if ('fault' in reply) return { outcome: 'unavailable', code: `police-${reply.fault}` };
      if ('error' in reply) return fromError(reply.error);
      return fromResult(reply.response, options.threshold);
    },
    async identify({ name, idNumber }: Person, signal) {
      const reply = await call('IdCardVerification', { Name: name, IdCard: idNumber }, signal);
      if ('fault' in reply) return { outcome: 'unavailable', code: `police-${reply.fault}` };
      if ('error' in reply) return fromError(reply.error);
      const parsed = identitySchema.safeParse(reply.response);
      if (!parsed.success) return { outcome: 'unavailable', code: 'police-malformed' };
      const { Result } = parsed.data;
      const known = Object.hasOwn(RESULTS, Result) ? RESULTS[Result] : undefined;
      return known ?? { outcome: 'unavailable', code: 'police-unexpected-result' };
    },
  };
}

function fromError(error: string): Answer {
  const known = Object.hasOwn(ERRORS, error) ? ERRORS[error] : undefined;
  return known ?? { outcome: 'unavailable', code: `police-${errorSlug(error)}` };
}

function fromResult(response: unknown, threshold: number): Answer {
  const parsed = resultSchema.safeParse(response);
  if (!parsed.success) return { outcome: 'unavailable', code: 'police-malformed' };
  // A failed comparison may stand in `Result` as well as in `Error`; its similarity then means nothing.
  if (parsed.data.Result !== 'Success') return fromError(parsed.data.Result);
  if (parsed.data.Sim < threshold) return { outcome: 'mismatch', code: 'police-face-mismatch', face: 'mismatch' };
  return { outcome: 'match', code: 'police-match', face: 'match' };
}

export const police = defineAuthority({ options: policeOptionsSchema, open: openPolice });
