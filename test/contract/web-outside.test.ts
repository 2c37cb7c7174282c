import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outsideOf } from '../../src/composition/outside.ts';
import type { OutsidePlan } from '../../src/config/plan.ts';
import { dnsProbes } from '../../src/integrations/dns/probes.ts';
import { httpProbes } from '../../src/integrations/http/probes.ts';
import { tlsProbes } from '../../src/integrations/tls/probes.ts';
import { createNameServer, type NameServer } from '../../src/simulator/outside/name-server.ts';
import { read, testContext } from '../unit/integrations/context.ts';
import { type Authority, makeAuthority } from './tls/authority.ts';

const NAME = 'api.region.example';
const PUBLIC = '198.51.100.10';

/** A public name that only a name server of the region knows, behind a route, with its own authority. */
describe('outside', () => {
  let authority: Authority;
  let names: NameServer;
  let plan: OutsidePlan;
  const server = createServer();

  beforeAll(async () => {
    authority = await makeAuthority();
    const { cert, key } = await authority.issue({ name: NAME, names: `DNS:${NAME}` });
    server.setSecureContext({ cert, key });
    server.on('request', (_request, response) => response.end('{"status":"ok"}'));
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    names = await createNameServer((name) =>
      name === NAME ? { addresses: [PUBLIC], ttlSeconds: 60 } : null,
    );
    plan = {
      nameServers: [`127.0.0.1:${names.port}`],
      routes: { [`${PUBLIC}:443`]: `127.0.0.1:${port}` },
      ca: authority.root.certFile,
      origin: 'test',
      origins: {},
    };
  });
  afterAll(async () => {
    server.close();
    names.close();
    await authority.remove();
  });

  const outside = () => outsideOf(plan);

  it('leads requests to the place that stands for a public address', async () => {
    const probes = httpProbes(outside);
    const url = `https://${NAME}/health`;
    const answer = await read(probes, 'http.check', { url }, testContext());
    expect(answer).toMatchObject({ ok: true, status: 200, json: { status: 'ok' } });
  });

  it('shows the certificate that is presented there, for the name', async () => {
    const probes = tlsProbes(outside);
    const shown = await read(probes, 'tls.certificate', { host: NAME }, testContext());
    expect(shown).toMatchObject({ subject: NAME, problem: null });
  });

  it('asks the name servers of the region', async () => {
    const found = await read(dnsProbes(outside), 'dns.lookup', { name: NAME }, testContext());
    expect(found).toEqual({ found: true, addresses: [PUBLIC], ttlMs: 60_000 });
  });

  it('says of a name that stands for nothing that nobody knows it', async () => {
    const url = 'https://app.region.example/';
    const answer = await read(httpProbes(outside), 'http.check', { url }, testContext());
    expect(answer).toMatchObject({ ok: false, status: null });
    expect(answer).toHaveProperty('error', expect.stringContaining('has a name nobody knows'));
  });
});
