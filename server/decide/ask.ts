import type { Answer, Authority, Person, Question } from '../authorities/contract.ts';
import type { AuthorityName } from '../contract/index.ts';
import type { Answers } from './policy.ts';

export type Asking = {
  /** Time for each, milliseconds. */
  readonly limitMs: number;
  /** Ends all questions early. */
  readonly signal: AbortSignal;
  /** Told as each answer arrives; what it throws changes no answer. */
  readonly heard: (name: AuthorityName, answer: Answer) => Promise<void>;
};

/** What each authority looks at: the police at who stands there, the others at whose insurance and card it is. */
export type Asked = Omit<Question, 'signal' | 'person'> & { readonly subject: Person; readonly cardholder: Person };

/** Asks the required ones side by side. Never rejects: silence, a fault and a missing adapter are `unavailable`. */
export async function askAuthorities(
  authorities: readonly Authority[],
  required: readonly AuthorityName[],
  { subject, cardholder, ...rest }: Asked,
  asking: Asking,
): Promise<Answers> {
  const ask = async (name: AuthorityName): Promise<Answer> => {
    const authority = authorities.find((each) => each.name === name);
    const person = name === 'police' ? subject : cardholder;
    const answer = authority
      ? await askOne(authority, { ...rest, person }, asking)
      : unavailable(`${name}-not-configured`);
    await asking.heard(name, answer).catch(() => undefined);
    return answer;
  };
  const answers = await Promise.all(required.map(async (name) => [name, await ask(name)] as const));
  return Object.fromEntries(answers);
}

const unavailable = (code: string): Answer => ({ outcome: 'unavailable', code });

async function askOne(authority: Authority, question: Omit<Question, 'signal'>, asking: Asking): Promise<Answer> {
  const { name } = authority;
  const late = AbortSignal.timeout(asking.limitMs);
  const signal = AbortSignal.any([asking.signal, late]);
  // An adapter that does not listen to its signal must not hold up the others.
  const ended = new Promise<Answer>((resolve) => {
    const give = () => resolve(unavailable(asking.signal.aborted ? `${name}-aborted` : `${name}-timeout`));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([ended, authority.ask({ ...question, signal })]);
  } catch {
    return unavailable(`${name}-internal`);
  }
}
