import { AuthorityError } from './error.ts';
import { SANDBOX_HEADER } from './exchange.ts';

type Addresses = { readonly sandbox: boolean } & Readonly<Record<string, boolean | { readonly url: string }>>;

/**
 * For the start of the server: refuses to go on in production when the configuration allows a sandbox, or when an
 * authority's host says of itself that it is one. A host that cannot be reached now is not refused here: every later
 * answer that carries the mark is `unavailable` all the same.
 * @throws AuthorityError `sandbox-in-production`
 */
export async function refuseSandbox(
  mode: string,
  config: Addresses,
  deps: { readonly fetch?: typeof fetch; readonly timeoutMs?: number } = {},
): Promise<void> {
  if (mode !== 'production') return;
  if (config.sandbox) {
    const remedy = 'set authorities.sandbox to false and authorities.*.url to the real services';
    throw new AuthorityError(
      'sandbox-in-production',
      `authorities.sandbox is true, but the mode is production: ${remedy}`,
    );
  }
  const authorities = Object.entries(config).flatMap(([name, value]) =>
    typeof value === 'object' ? [{ name, origin: new URL(value.url).origin }] : [],
  );
  await Promise.all(
    authorities.map(async ({ name, origin }) => {
      if (!(await isSandbox(origin, deps))) return;
      const remedy = `set authorities.${name}.url to the real service`;
      throw new AuthorityError('sandbox-in-production', `${origin} (authorities.${name}) is a sandbox: ${remedy}`);
    }),
  );
}

async function isSandbox(
  origin: string,
  deps: { readonly fetch?: typeof fetch; readonly timeoutMs?: number },
): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(deps.timeoutMs ?? 3000);
    const response = await (deps.fetch ?? fetch)(`${origin}/`, { redirect: 'manual', signal });
    await response.body?.cancel();
    return response.headers.has(SANDBOX_HEADER);
  } catch {
    return false;
  }
}
