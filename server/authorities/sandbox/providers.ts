import { createGatewayCheck } from './check-gateway.ts';
import { checkTc3 } from './check-tc3.ts';
import type { Credentials } from './credentials.ts';
import type { AuthorityName } from './faults.ts';
import { answerNhsa, nhsaBody, personOf } from './nhsa.ts';
import type { SandboxPerson } from './people.ts';
import { type Provider, parseBody } from './provider.ts';
import type { CompareFaces } from './similarity.ts';
import { createSmGateway } from './sm.ts';
import { answerBank, answerIdentity, answerPolice, type TencentResult, tencentBody, tencentError } from './tencent.ts';

export type ProviderDeps = {
  readonly people: readonly SandboxPerson[];
  readonly compare: CompareFaces;
  readonly credentials: Credentials;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export function createProviders(deps: ProviderDeps): Readonly<Record<AuthorityName, Provider>> {
  const { people, compare } = deps;
  const police = async (input: unknown) =>
    (await answerPolice(input, people, compare).catch(() => undefined)) ?? tencentError('InternalError.UnKnown');
  return {
    insurer: nhsaProvider(deps),
    bank: tencentProvider(deps, { BankCard4EVerification: async (input) => answerBank(input, people) }),
    police: tencentProvider(deps, {
      ImageRecognitionV2: police,
      IdCardVerification: async (input) => answerIdentity(input, people),
    }),
  };
}

/** The insurers' gateway: plain, and in the SM envelope for who sends it. */
function nhsaProvider({ people, credentials, now }: ProviderDeps): Provider {
  const check = createGatewayCheck(credentials, now);
  const sm = createSmGateway(credentials.sm, now);
  const signedIn = new Set<string>();
  const refusal = (err_msg: string) => nhsaBody(now(), { infcode: -1, err_msg });
  const answer = (input: unknown) =>
    answerNhsa(input, { people, fixmedinsCode: credentials.fixmedinsCode, signedIn, now });
  return ({ headers, body }) => {
    const message = parseBody(body);
    const wrapped = typeof message === 'object' && message !== null && 'encData' in message;
    const opened = wrapped ? sm.open(message) : { input: message };
    const input = 'input' in opened ? opened.input : undefined;
    const say = () => {
      const wrong = check(headers) ?? ('wrong' in opened ? opened.wrong : undefined);
      return wrong === undefined ? answer(input) : refusal(wrong);
    };
    return {
      about: personOf(input, people),
      answer: async () => (wrapped ? sm.seal(say()) : say()),
      signatureError: () => (wrapped ? sm.sealAsStranger(answer(input)) : refusal('签名验证失败')),
    };
  };
}

type Actions = Readonly<Record<string, (input: unknown) => Promise<TencentResult>>>;

function tencentProvider({ people, credentials, now }: ProviderDeps, actions: Actions): Provider {
  return ({ method, url, headers, body }) => {
    const input = parseBody(body) as { readonly IdCard?: unknown } | undefined;
    const answer = async (): Promise<TencentResult> => {
      const signed = { method, path: url.pathname, query: url.search.slice(1), headers, body };
      const wrong = checkTc3(signed, credentials, now());
      if (wrong !== undefined) return tencentError(wrong);
      const action = headers.get('x-tc-action') ?? '';
      if (!Object.hasOwn(actions, action)) return tencentError('InvalidAction');
      if (headers.get('x-tc-version') !== '2018-03-01') return tencentError('NoSuchVersion');
      return actions[action](input);
    };
    return {
      about: people.find(({ idNumber }) => idNumber === input?.IdCard),
      answer: async () => tencentBody(await answer()),
      signatureError: () => tencentBody(tencentError('AuthFailure.SignatureFailure')),
    };
  };
}
