import { describe, expect, it } from 'vitest';
import { PROBLEM_TYPE } from '../../server/contract/problem.ts';
import { createBackend, type Outgoing } from './client.ts';

const replayed = () =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'sent before', status: 401, code: 'nonce-replayed' }), {
    status: 401,
    headers: { 'content-type': PROBLEM_TYPE },
  });

describe('a request of which a copy came first', () => {
  const open = (answers: (() => Response)[]) => {
    let signed = 0;
    const sign = async ({ headers }: Outgoing) => ({ ...headers, nonce: String(++signed) });
    const nonces: string[] = [];
    const send = async (_: unknown, init?: RequestInit) => {
      nonces.push(new Headers(init?.headers).get('nonce')!);
      return answers.shift()!();
    };
    const backend = createBackend({ url: 'http://b', timeoutMs: 100, sign, fetch: send as typeof fetch });
    return { backend, nonces };
  };
  it('is sent once more, signed anew', async () => {
    const { backend, nonces } = open([replayed, () => Response.json({ keys: [] })]);
    expect(await backend.keys()).toEqual({ ok: true, value: [] });
    expect(nonces).toEqual(['1', '2']);
  });
  it('is no refusal: whether it was done is not known', async () => {
    const { backend } = open([replayed, replayed]);
    expect(await backend.find('v')).toMatchObject({ ok: false, problem: { status: 503, code: 'backend-unreachable' } });
  });
});
