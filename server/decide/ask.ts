import type { Answer, Authority, Person, Question } from '../authorities/contract.ts';
import type { AuthorityName } from '../contract/index.ts';
import { type Answers, GUARDIAN_MISMATCH, isObjection } from './policy.ts';

export type Asking = {
  /** Time for each, milliseconds. */
  readonly limitMs: number;
  /** Ends all questions early. */
  readonly signal: AbortSignal;
  /** Told as each answer arrives; what it throws changes no answer. */
  readonly heard: (name: AuthorityName, answer: Answer) => Promise<void>;
};

/**
 * What each authority looks at: the police at who stands there and at the guardian who consented, the others at whose
 * insurance and card it is.
 */
export type Asked = Omit<Question, 'signal' | 'person'> & {
  readonly subject: Person;
  readonly cardholder: Person;
  readonly guardian?: Person;
};

/** Asks the required ones side by side. Never rejects: silence, a fault and a missing adapter are `unavailable`. */
export async function askAuthorities(
  authorities: readonly Authority[],
  required: readonly AuthorityName[],
  { subject, cardholder, guardian, ...rest }: Asked,
  asking: Asking,
): Promise<Answers> {
  const ask = async (name: AuthorityName): Promise<Answer> => {
    const authority = authorities.find((each) => each.name === name);
    const person = name === 'police' ? subject : cardholder;
    const put = authority ? questions(authority, { ...rest, person }, name === 'police' ? guardian : undefined) : [];
    const answer = put.length > 0 ? await askAll(name, put, asking) : unavailable(`${name}-not-configured`);
    await asking.heard(name, answer).catch(() => undefined);
    return answer;
  };
  const answers = await Promise.all(required.map(async (name) => [name, await ask(name)] as const));
  return Object.fromEntries(answers);
}

const unavailable = (code: string): Answer => ({ outcome: 'unavailable', code });

type Put = (signal: AbortSignal) => Promise<Answer>;

/** The question itself; and, of the police, whether the guardian is who they say. */
function questions(authority: Authority, question: Omit<Question, 'signal'>, guardian: Person | undefined): Put[] {
  const own: Put = (signal) => authority.ask({ ...question, signal });
  return guardian ? [own, (signal) => confirmGuardian(authority, guardian, signal)] : [own];
}

/** A no about the guardian has a code of its own: it says nothing about who stands there. */
async function confirmGuardian({ name, identify }: Authority, guardian: Person, signal: AbortSignal): Promise<Answer> {
  if (!identify) return unavailable(`${name}-not-configured`);
  const answer = await identify(guardian, signal);
  const denied = answer.outcome === 'mismatch' || answer.outcome === 'not-found';
  return denied ? { outcome: 'mismatch', code: GUARDIAN_MISMATCH } : answer;
}

/** Side by side. As in the match: a no outweighs a silence, a silence every yes. */
async function askAll(name: AuthorityName, put: readonly Put[], asking: Asking): Promise<Answer> {
  const answers = await Promise.all(put.map((one) => askOne(name, one, asking)));
  const silent = answers.find(({ outcome }) => outcome !== 'match');
  return answers.find(({ outcome }) => isObjection(outcome)) ?? silent ?? answers[0]!;
}

async function askOne(name: AuthorityName, put: Put, asking: Asking): Promise<Answer> {
  const late = AbortSignal.timeout(asking.limitMs);
  const signal = AbortSignal.any([asking.signal, late]);
  // An adapter that does not listen to its signal must not hold up the others.
  const ended = new Promise<Answer>((resolve) => {
    const give = () => resolve(unavailable(asking.signal.aborted ? `${name}-aborted` : `${name}-timeout`));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([ended, put(signal)]);
  } catch {
    return unavailable(`${name}-internal`);
  }
}
