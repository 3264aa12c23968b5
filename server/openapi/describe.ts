import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import {
  appealRequestSchema,
  assistanceRequestSchema,
  attemptSchema,
  cancelRequestSchema,
  enrolRequestSchema,
  PROBLEM_TYPE,
  peopleRequestSchema,
  peopleSchema,
  planSchema,
  problemSchema,
  retryRequestSchema,
  verificationRequestSchema,
  verificationSchema,
} from '../contract/index.ts';
import { REFUSALS, type RefusalCode } from '../refusal.ts';
import { COMMON_REFUSALS, type Operation, type Said, SIGNED_REFUSALS } from '../routes/operation.ts';

export type ApiDocument = ReturnType<typeof createDocument>;

const NAMED = {
  VerificationRequest: verificationRequestSchema,
  Verification: verificationSchema,
  AssistanceRequest: assistanceRequestSchema,
  Attempt: attemptSchema,
  Plan: planSchema,
  PeopleRequest: peopleRequestSchema,
  People: peopleSchema,
  CancelRequest: cancelRequestSchema,
  RetryRequest: retryRequestSchema,
  AppealRequest: appealRequestSchema,
  EnrolRequest: enrolRequestSchema,
  Problem: problemSchema,
} as const;

const ABOUT = `The backend that decides. Kiosks talk to it; tills talk to a kiosk.

Every request of a kiosk is signed: HTTP Message Signatures (RFC 9421, Ed25519) over method, address, digest of the body, \`created\` and a nonce that is taken once.
Every no is a problem (RFC 9457) with a stable \`code\`; docs/errors.md lists them all. An outcome never carries a score or a picture.`;

/** The interface as an OpenAPI 3.1 document, made from the very table and schemas by which requests are served. */
export function describeApi<Deps>(operations: readonly Operation<Deps>[]): ApiDocument {
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Liveness kiosk: backend', version: '1', description: ABOUT, license: { name: 'Apache-2.0' } },
    tags: [{ name: 'kiosk', description: 'By an enrolled kiosk, signed' }, { name: 'anybody' }],
    components: {
      schemas: NAMED,
      securitySchemes: {
        kiosk: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description: 'RFC 9421 with Signature-Input and Content-Digest; see server/contract/signature.ts',
        },
      },
    },
    paths: describePaths(operations),
  });
}

function describePaths<Deps>(operations: readonly Operation<Deps>[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) };
  }
  return paths;
}

function describeOperation<Deps>(operation: Operation<Deps>): ZodOpenApiOperationObject {
  const { id, summary, description, by, body } = operation;
  const names = [...operation.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const header = (operation.headers ?? []).map(({ name, says, required }) => {
    const text = z.string().meta({ description: says });
    return [name, required ? text : text.optional()] as const;
  });
  return {
    operationId: id,
    summary,
    ...(description ? { description } : {}),
    tags: [by],
    ...(by === 'kiosk' ? { security: [{ kiosk: [] }] } : {}),
    requestParams: {
      ...(names.length > 0 ? { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) } : {}),
      ...(header.length > 0 ? { header: z.object(Object.fromEntries(header)) } : {}),
    },
    ...(body
      ? {
          requestBody: {
            required: true,
            description: [body.says, `At most ${body.limit} bytes.`].filter(Boolean).join('. '),
            content: { [body.type]: { schema: body.schema ?? z.string() } },
          },
        }
      : {}),
    responses: { ...describeAnswers(operation.answers), ...describeRefusals(operation) },
  };
}

function describeAnswers(answers: readonly Said[]) {
  const entries = answers.map(({ status, says, type = 'application/json', schema }) => {
    return [String(status), { description: says, content: { [type]: { schema: schema ?? z.string() } } }] as const;
  });
  return Object.fromEntries(entries);
}

/** One answer a status, which lists the codes that come with it. */
function describeRefusals<Deps>({ by, refusals }: Operation<Deps>) {
  const all = new Set([...refusals, ...(by === 'kiosk' ? SIGNED_REFUSALS : []), ...COMMON_REFUSALS]);
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of all) {
    const [status] = REFUSALS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const lines = codes.map((code) => `- \`${code}\`: ${REFUSALS[code][1]}`);
      const description = `${STATUS_CODES[status]}\n\n${lines.join('\n')}`;
      return [String(status), { description, content: { [PROBLEM_TYPE]: { schema: problemSchema } } }];
    }),
  );
}
