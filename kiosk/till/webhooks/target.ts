import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** Where the kiosk may be sent by a till. */
export type Reach = {
  /** Names that may lead anywhere, by configuration. */
  readonly hosts: readonly string[];
  /** Only where tills are on this machine. */
  readonly loopback: boolean;
};

const LAN = new BlockList();
LAN.addSubnet('10.0.0.0', 8, 'ipv4');
LAN.addSubnet('172.16.0.0', 12, 'ipv4');
LAN.addSubnet('192.168.0.0', 16, 'ipv4');
LAN.addSubnet('fc00::', 7, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Private addresses of a LAN; link-local ones, where clouds keep their secrets, are none. */
export function mayReach(address: string, reach: Reach): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  return LAN.check(plain, kind) || (reach.loopback && LOOPBACK.check(plain, kind));
}

/** @returns the URL, or what is wrong with it as far as can be told without asking for its address. */
export function readTarget(text: string, reach: Reach): URL | string {
  if (!URL.canParse(text)) return 'is no URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'has to be http or https';
  if (url.username || url.password) return 'must not carry a name or a password';
  if (url.hash) return 'must not have a fragment';
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host, reach)) return 'has to be an address of the LAN';
  return url;
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Resolves a name and refuses what it must not lead to, in one step: the address that was looked at is the one used. */
export function guardedLookup(reach: Reach, lookup: typeof systemLookup = systemLookup) {
  return (host: string, options: LookupOptions, found: Found): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, []);
      const allowed = reach.hosts.includes(host) ? addresses : addresses.filter((one) => mayReach(one.address, reach));
      const [first] = allowed;
      if (!first) return found(Object.assign(new Error(`${host} is outside the LAN`), { code: 'EACCES' }), []);
      return options.all ? found(null, allowed) : found(null, first.address, first.family);
    });
  };
}
