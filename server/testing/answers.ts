import { expect } from 'vitest';
import type { Problem } from '../contract/index.ts';

/** The body of an answer. */
export const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

/** Status and code of an answer that has to be a problem. */
export async function problem(response: Response | Promise<Response>): Promise<[number, string]> {
  const got = await response;
  expect(got.headers.get('content-type')).toBe('application/problem+json');
  return [got.status, (await json<Problem>(got)).code];
}
