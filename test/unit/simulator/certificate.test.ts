import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAuthority } from '../../../src/simulator/outside/certificate.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

test('a certificate is for its names and its time, and vouched for by its authority', () => {
  const authority = createAuthority(NOW);
  const wanted = { subject: 'api.example', names: ['api.example', 'app.example'], serial: 3e9 };
  const issued = authority.issue({ ...wanted, notBefore: NOW, notAfter: NOW + 86_400_000 });
  const [own, root] = [new X509Certificate(issued.cert), new X509Certificate(authority.cert)];
  expect(own.subject).toBe('CN=api.example');
  expect(own.subjectAltName).toBe('DNS:api.example, DNS:app.example');
  expect([own.validFromDate.getTime(), own.validToDate.getTime()]).toEqual([NOW, NOW + 86_400_000]);
  expect([own.ca, root.ca]).toEqual([false, true]);
  expect(own.verify(root.publicKey)).toBe(true);
  expect(own.checkPrivateKey(createPrivateKey(issued.key))).toBe(true);
});
