import { KioskError } from '../error.ts';

/**
 * A request's body as text, read no further than `most` bytes. @returns undefined when there is more.
 * @throws KioskError `body-cut` when the connection ends within it.
 */
export async function readBody(request: Request, most: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return undefined;
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > most) return undefined;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new KioskError('body-cut', `the connection ended after ${size} bytes of a body`, { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}
