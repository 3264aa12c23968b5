import type { ServerConfig } from './config.ts';
import { ServerError } from './error.ts';

/** Stands in server.example.yaml: everybody knows it. */
export const EXAMPLE_CODE = 'change-me-please';

/** What only a try-out may be configured with. @throws ServerError `unsafe-in-production` */
export function refuseUnsafe({ mode, enrolment }: Pick<ServerConfig, 'mode' | 'enrolment'>): void {
  if (mode !== 'production' || !enrolment.codes.includes(EXAMPLE_CODE)) return;
  const why = `enrolment.codes holds the example's "${EXAMPLE_CODE}": with it anybody enrols a kiosk`;
  throw new ServerError('unsafe-in-production', `${why}; take it out, and make codes with: npm run kiosks -- code`);
}

/** Authorities that are asked without TLS beyond this machine: people's data, and the answers, lie open on the way. */
export function askedInTheClear({ mode, authorities }: Pick<ServerConfig, 'mode' | 'authorities'>): readonly string[] {
  if (mode !== 'production') return [];
  const { bank, police, insurer } = authorities;
  const sealed = insurer.envelope === 'sm';
  return Object.entries({ bank, police, ...(sealed ? {} : { insurer }) })
    .filter(([, { url }]) => new URL(url).protocol === 'http:' && !isLoopback(new URL(url).hostname))
    .map(([name]) => name);
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\.[\d.]+$/.test(host);
