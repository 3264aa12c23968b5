import { describe, expect, it } from 'vitest';
import { authoritiesSchema, refuseSandbox } from './index.ts';
import { backendConfig } from './sandbox/index.ts';

const config = (sandbox: boolean) => authoritiesSchema.parse({ ...backendConfig('http://host.invalid:8080'), sandbox });
const marked = async () => new Response('{}', { headers: { 'x-sandbox': '1' } });
const plain = async () => new Response('not found', { status: 404 });
const gone = async () => {
  throw new TypeError('fetch failed');
};

describe('a sandbox', () => {
  it('is refused in production by the configuration that allows it', async () => {
    const refused = refuseSandbox('production', config(true), { fetch: plain });
    await expect(refused).rejects.toMatchObject({ code: 'sandbox-in-production' });
  });

  it('is refused in production by the mark it carries, with the key that names it', async () => {
    const refused = refuseSandbox('production', config(false), { fetch: marked });
    await expect(refused).rejects.toThrow(/authorities\.bank\) is a sandbox: set authorities\.bank\.url/);
  });

  it('is welcome elsewhere', async () => {
    await expect(refuseSandbox('demo', config(true), { fetch: marked })).resolves.toBeUndefined();
  });
});

describe('an authority without the mark', () => {
  it.each([
    ['that answers', plain],
    ['that cannot be reached now', gone],
  ])('%s lets production start', async (_title, fetch) => {
    await expect(refuseSandbox('production', config(false), { fetch })).resolves.toBeUndefined();
  });
});
