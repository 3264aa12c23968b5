import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readYamlConfig } from '../config/yaml.ts';
import { cameraSchema } from '../hardware/index.ts';
import { KioskError } from './error.ts';

const port = z.number().int().min(0).max(65535);
const milliseconds = z.number().int().positive();
const word = z.string().min(1).max(64);

const tillSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: port.default(8080),
  /** `auto`: TLS beyond loopback, with a certificate that the kiosk makes. */
  tls: z.enum(['auto', 'on', 'off']).default('auto'),
  /** Keys that were not paired, one a till; only the SHA-256 (hex) of it stands here. */
  keys: z.array(z.strictObject({ name: word, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).default([]),
  /** Whether a till may ask for a code on the screen. */
  pairing: z.boolean().default(true),
  /** Whether tills may find the kiosk by mDNS; without a word: beyond loopback. */
  announce: z.boolean().optional(),
  /** A till on a serial line: the same messages, a JSON object a line. */
  serial: z
    .strictObject({
      /** e.g. /dev/ttyUSB0, COM3 */
      path: z.string().min(1).max(256),
      baud: z.number().int().min(300).max(4_000_000).default(115_200),
    })
    .optional(),
  webhooks: z
    .strictObject({
      /** Names outside the LAN that a till may have the kiosk tell. */
      hosts: z.array(z.string().min(1).max(253)).default([]),
      /** One delivery. */
      timeoutMs: milliseconds.max(60_000).default(10_000),
    })
    .prefault({}),
  queue: z
    .strictObject({
      /** How many verifications may wait for the one that runs; 0: the till is told that the kiosk is busy. */
      places: z.number().int().min(0).max(5).default(1),
      waitMs: milliseconds.max(600_000).default(180_000),
    })
    .prefault({}),
});

/** Everything that a kiosk can be told, in one YAML file. */
export const kioskConfigSchema = z.strictObject({
  store: z.strictObject({ id: word, name: word }),
  kiosk: z.strictObject({ name: word }),
  backend: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    /** One-time code from the backend's operator; needed until the kiosk is enrolled. */
    enrolmentCode: z.string().min(6).max(64).optional(),
  }),
  camera: cameraSchema,
  models: z.strictObject({ directory: z.string().optional() }).prefault({}),
  /** The page for the person. Loopback only: pictures never leave the machine. Port 0 takes any free one. */
  screen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(8090),
      /** `auto`: the browser's own voice, or the loudspeaker (espeak-ng) where it has none. */
      voice: z.enum(['auto', 'browser', 'loudspeaker', 'off']).default('auto'),
    })
    .prefault({}),
  /** The interface for tills. */
  till: tillSchema.prefault({}),
  /** Folder for the device key and what must survive a restart; relative to the configuration file. */
  data: z.string().min(1).default('data/kiosk'),
  limits: z
    .strictObject({
      /** One request to the backend. */
      backendMs: milliseconds.default(5000),
      /** A camera that is gone this long during a capture is missing. */
      cameraLostMs: milliseconds.default(5000),
      /** How long the result stays on the screen. */
      resultMs: milliseconds.max(5000).default(4000),
      /** How long past its time an outcome is waited for when the backend is silent. */
      graceMs: milliseconds.default(5000),
    })
    .prefault({}),
});

export type KioskConfig = z.output<typeof kioskConfigSchema>;

/** Reads and checks the configuration. @throws ConfigError for the file, KioskError for what it would open to the LAN. */
export function readKioskConfig(path: string): KioskConfig {
  const config = readYamlConfig(path, kioskConfigSchema);
  if (config instanceof Error) throw config;
  refuseOpenDoors(config, path);
  return { ...config, data: resolve(dirname(path), config.data) };
}

/** No pictures for the LAN at all, and nothing for the LAN in the clear. */
export function refuseOpenDoors(config: KioskConfig, path: string): void {
  if (!isLoopback(config.screen.host))
    throw new KioskError(
      'screen-open-to-lan',
      `${path}: screen.host ${config.screen.host} would show the camera's pictures to the LAN: use 127.0.0.1`,
    );
  if (!isLoopback(config.till.host) && config.till.tls === 'off')
    throw new KioskError(
      'till-open-to-lan',
      `${path}: till.host ${config.till.host} would carry keys through the LAN in the clear: remove till.tls: off`,
    );
}

/** Whether the interface for tills speaks TLS. */
export const usesTls = ({ host, tls }: KioskConfig['till']): boolean =>
  tls === 'on' || (tls === 'auto' && !isLoopback(host));

/** Whether a request without a key is answered: on loopback, and only where no keys are configured. */
export const trustsLoopback = ({ host, keys }: KioskConfig['till']): boolean => isLoopback(host) && keys.length === 0;

export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === 'localhost' || host === '::1';
}
