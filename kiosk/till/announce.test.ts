import { createSocket } from 'node:dgram';
import { Bonjour, type Service } from 'bonjour-service';
import { describe, expect, it } from 'vitest';
import { announce, SERVICE } from './announce.ts';

/** Whether a datagram to the group of mDNS comes back to this machine. */
const hasMulticast = await new Promise<boolean>((resolve) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const end = (result: boolean) => {
    clearTimeout(timer);
    socket.close();
    resolve(result);
  };
  const timer = setTimeout(() => end(false), 500);
  socket.on('error', () => end(false));
  socket.on('message', () => end(true));
  socket.bind(0, () => {
    try {
      socket.addMembership('224.0.0.251');
      socket.setMulticastLoopback(true);
      socket.send('?', socket.address().port, '224.0.0.251');
    } catch {
      end(false);
    }
  });
});

describe('a kiosk on the LAN', () => {
  it.skipIf(!hasMulticast)(
    'is found by its service, with its name and fingerprint, and gone when it ends (needs multicast: ip route)',
    async () => {
      const warnings: string[] = [];
      const fingerprint = 'f'.repeat(43);
      const warn = (code: string) => void warnings.push(code);
      const announced = announce({ kiosk: 'counter-1', store: '惠民大药房', port: 8443, fingerprint, warn });
      const till = new Bonjour();
      const browser = till.find({ type: SERVICE, protocol: 'tcp' });
      try {
        const found = await new Promise<Service>((resolve) => {
          browser.on('up', (service: Service) => service.port === 8443 && resolve(service));
        });
        expect(found.name).toBe('counter-1 ffffff');
        expect(found.txt).toEqual({ version: 'v1', kiosk: 'counter-1', store: '惠民大药房', tls: '1', fingerprint });
        const gone = new Promise<void>((resolve) => {
          browser.on('down', (service: Service) => service.port === 8443 && resolve());
        });
        await announced.close();
        await gone;
        expect(warnings).toEqual([]);
      } finally {
        browser.stop();
        till.destroy();
        await announced.close();
      }
    },
    10_000,
  );
  it('goes on where nobody can be told', async () => {
    const warnings: string[] = [];
    const taken = createSocket({ type: 'udp4', reuseAddr: false });
    const blocked = await new Promise<boolean>((resolve) => {
      taken.on('error', () => resolve(false));
      taken.bind(5353, () => resolve(true));
    });
    const announced = announce({
      kiosk: 'counter-1',
      store: 's',
      port: 1,
      fingerprint: '',
      warn: (code) => void warnings.push(code),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await announced.close();
    if (blocked) taken.close();
    expect(warnings.length > 0).toBe(blocked);
  });
});
