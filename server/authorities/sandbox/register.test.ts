import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from '../../../models/build.ts';
import type { FaceModels } from '../../../models/contract.ts';
import { openModels } from '../../../models/index.ts';
import { portraitJpeg } from '../../../models/portraits.ts';
import { type Answer, authoritiesSchema, openAuthorities } from '../index.ts';
import { credentialsSchema } from './credentials.ts';
import { backendConfig, type Sandbox, startSandbox } from './index.ts';
import { registeredPortraits, sandboxPeople } from './people.ts';
import { openRegister } from './similarity.ts';

const people = sandboxPeople();
const PORTRAITS = registeredPortraits(sandboxPeople());
let directory: string;
let models: FaceModels;
let sandbox: Sandbox;

/** The real models and the real portraits behind the police of the sandbox, over HTTP. */
beforeAll(async () => {
  directory = await ensureModels();
  models = await openModels({ directory });
  sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    people,
    credentials: credentialsSchema.parse({}),
    compare: await openRegister(models, PORTRAITS, (name) => portraitJpeg(name, directory)),
    now: Date.now,
    slowMs: 0,
    down: [],
  });
}, 180_000);
afterAll(async () => {
  await sandbox?.close();
  await models?.close();
});

function askPolice(key: string, still: Uint8Array): Promise<Answer> {
  const config = authoritiesSchema.parse(backendConfig(sandbox.url));
  const authorities = openAuthorities(config, { now: Date.now, random: randomBytes });
  const person = people.find((one) => one.key === key)!;
  const question = { person, still, verification: 'v-1', signal: new AbortController().signal };
  return authorities.find(({ name }) => name === 'police')!.ask(question);
}

/** Another picture of the same portrait: smaller, softer, darker, tilted, as a camera would have it. */
async function still(portrait: string): Promise<Buffer> {
  const source = sharp(await portraitJpeg(portrait, directory));
  return source
    .rotate(6, { background: '#444' })
    .resize(420)
    .modulate({ brightness: 0.85 })
    .jpeg({ quality: 70 })
    .toBuffer();
}

describe("the police's register with the real models", () => {
  it('holds four different faces', () => expect(PORTRAITS).toHaveLength(4));

  it.each(PORTRAITS)('knows %s in another picture, and nobody else by it', async (portrait) => {
    const picture = await still(portrait);
    const answers = await Promise.all(PORTRAITS.map((key) => askPolice(key, picture)));
    expect(answers.map(({ face }) => face)).toEqual(PORTRAITS.map((key) => (key === portrait ? 'match' : 'mismatch')));
  });

  it('takes a picture without a face, or no picture at all, for no answer', async () => {
    const wall = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#9a8' } })
      .jpeg()
      .toBuffer();
    const wanted = { outcome: 'unavailable', code: 'police-failed-operation-life-photo-detect-no-faces' };
    expect(await askPolice('zhang-min', wall)).toEqual(wanted);
    const words = await askPolice('zhang-min', Buffer.from('no picture'));
    expect(words).toEqual({ outcome: 'unavailable', code: 'police-failed-operation-image-decode-failed' });
  });

  it('refuses to open with a portrait that is missing', async () => {
    const opening = openRegister(models, ['nobody'], (name) => portraitJpeg(name, directory));
    await expect(opening).rejects.toMatchObject({ code: 'model-missing' });
  });
});
