import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Host } from '../host/host.ts';
import type { Speak } from '../host/published.ts';
import type { Authority } from './certificate.ts';

/** Certificates kept ready. */
const KEPT_MAX = 20;

/**
 * Speaks TLS before something else is spoken, with the certificate that the region's proxy has at that moment:
 * for whatever name is asked for, as one that gets its certificates on demand.
 */
export function secured(host: Host, authority: Authority, speak: Speak): Speak {
  const kept = new Map<string, SecureContext>();
  const contextFor = (name: string): SecureContext => {
    const { notAfter, notBefore, serial } = host.world().site.certificate;
    const key = `${name} ${serial} ${notAfter}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_MAX) kept.clear();
    const { outside } = host.clock;
    const times = { notBefore: outside(notBefore), notAfter: outside(notAfter) };
    const context = createSecureContext(
      authority.issue({ subject: name, names: [name], ...times, serial: serial + 1 }),
    );
    kept.set(key, context);
    return context;
  };
  return (socket, container, port) => {
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext: contextFor('default.invalid'),
      SNICallback: (name, done) => done(null, contextFor(name)),
    });
    tls.on('error', () => socket.destroy());
    tls.once('secure', () => speak(tls, container, port));
  };
}
