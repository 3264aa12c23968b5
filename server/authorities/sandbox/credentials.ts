import { sm2 } from 'sm-crypto-v2';
import { z } from 'zod';
import { smCredentials } from './sm.ts';

/** What the sandbox expects its callers to sign with. Not secrets: a sandbox holds nobody. */
export const credentialsSchema = z.strictObject({
  secretId: z.string().min(1).default('AKIDSANDBOX'),
  secretKey: z.string().min(1).default('sandbox-secret-key'),
  paasid: z.string().min(1).default('sandbox'),
  token: z.string().min(1).default('sandbox-token'),
  fixmedinsCode: z
    .string()
    .regex(/^[A-Z0-9]{12}$/)
    .default('H11010500001'),
  /** For callers that use the SM envelope; the others are answered plainly. */
  sm: smCredentials.prefault({}),
});
export type Credentials = z.output<typeof credentialsSchema>;

/** The `authorities:` part of a backend's configuration that talks to the sandbox at `url`. */
export function backendConfig(
  url: string,
  given: z.input<typeof credentialsSchema> = {},
  envelope: 'plain' | 'sm' = 'plain',
) {
  const { secretId, secretKey, paasid, token, fixmedinsCode, sm } = credentialsSchema.parse(given);
  return {
    sandbox: true,
    // Who tries something out comes more often than ten times a day, and does not wait a day for a card.
    bank: { url: `${url}/bank/`, secretId, secretKey, throttle: { triesPerDay: 10_000, lockMs: 60_000 } },
    police: { url: `${url}/police/`, secretId, secretKey },
    insurer: {
      url: `${url}/nhsa`,
      paasid,
      token,
      fixmedinsCode,
      fixmedinsName: 'Sandbox pharmacy',
      mdtrtareaAdmvs: '110105',
      recerSysCode: 'SANDBOX',
      opter: 'kiosk',
      opterName: 'kiosk',
      family: { path: '/family', infno: 'F101' },
      dictionary: { path: '/dictionary' },
      ...(envelope === 'sm' && { envelope, sm: clientKeys(sm) }),
    },
  };
}

function clientKeys({ appId, appSecret, clientPrivateKey, gatewayPrivateKey, userId }: Credentials['sm']) {
  const gatewayPublicKey = sm2.getPublicKeyFromPrivateKey(gatewayPrivateKey);
  return { appId, appSecret, privateKey: clientPrivateKey, gatewayPublicKey, userId };
}
