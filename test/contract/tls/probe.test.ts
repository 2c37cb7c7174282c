import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tlsProbes } from '../../../src/integrations/tls/probes.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpsServer, type TestServer, tcpServer } from '../http/servers.ts';
import { type Authority, makeAuthority } from './authority.ts';

const servers: TestServer[] = [];
let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority();
});
afterAll(() => authority.remove());
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe('tls.certificate', () => {
  const serving = async (days: number) => {
    const names = 'DNS:api.example,IP:127.0.0.1';
    const identity = await authority.issue({ name: 'api.example', names, days });
    const server = await httpsServer(identity, (_, response) => void response.end());
    servers.push(server);
    return server;
  };

  it('tells how long it is good, of a role by the name it is asked for', async () => {
    const { port } = await serving(20);
    const context = testContext(async () => ({ host: '127.0.0.1', port, via: 'the test' }));
    const told = await read(
      tlsProbes(),
      'tls.certificate',
      { service: 'proxy', servername: 'api.example' },
      context,
    );
    expect(told).toMatchObject({
      subject: 'api.example',
      issuer: 'Test Root',
      leftDays: 19,
      names: ['api.example', '127.0.0.1'],
      // Nobody here knows its authority.
      problem: expect.any(String),
    });
  });

  it('tells one that has ended, and one for another name', async () => {
    const { port } = await serving(9);
    const ask = (servername: string) =>
      read(tlsProbes(), 'tls.certificate', { host: '127.0.0.1', port, servername }, testContext());
    expect((await ask('api.example'))['leftDays']).toBe(8);
    expect((await ask('www.example'))['problem']).not.toBeNull();
  });

  it('fails in words where nobody speaks TLS', async () => {
    const server = await tcpServer((socket) => void socket.end('220 hello\r\n'));
    servers.push(server);
    const asked = read(
      tlsProbes(),
      'tls.certificate',
      { host: '127.0.0.1', port: server.port },
      testContext(),
    );
    await expect(asked).rejects.toMatchObject({ name: 'OperatorError' });
  });

  it('names a server or a role, and never an option', () => {
    const [probe] = tlsProbes();
    const fits = (input: object) => probe?.input.safeParse(input).success;
    expect(fits({ host: 'api.example' })).toBe(true);
    expect(fits({ service: 'proxy' })).toBe(true);
    expect(fits({ service: 'proxy', host: 'api.example' })).toBe(false);
    expect(fits({ host: '-connect' })).toBe(false);
    expect(fits({})).toBe(false);
  });
});
