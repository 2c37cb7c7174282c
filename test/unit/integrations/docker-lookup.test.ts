import { describe, expect, it } from 'vitest';
import type { OperatorError } from '../../../src/domain/operator-error.ts';
import type { ListedContainer } from '../../../src/integrations/docker/decode.ts';
import { dockerCancelled, dockerFailure } from '../../../src/integrations/docker/failure.ts';
import { parseDockerHost } from '../../../src/integrations/docker/host.ts';
import { lostNetwork } from '../../../src/integrations/docker/lookup.ts';
import { readStatus } from '../../../src/integrations/docker/status.ts';

const socket = { kind: 'unix', path: '/run/x.sock' } as const;

function failed(code: string): OperatorError {
  return dockerFailure(Object.assign(new Error('raw'), { code }), socket, 3000, false);
}

describe('DOCKER_HOST', () => {
  it('is a socket, an address or a host over SSH', () => {
    expect(parseDockerHost('unix:///run/x.sock')).toEqual(socket);
    expect(parseDockerHost('/run/x.sock')).toEqual(socket);
    expect(parseDockerHost('unix://')).toEqual({ kind: 'unix', path: '/var/run/docker.sock' });
    expect(parseDockerHost('tcp://10.0.0.1:2000')).toEqual({
      kind: 'tcp',
      host: '10.0.0.1',
      port: 2000,
      tls: false,
    });
    expect(parseDockerHost('tcp://engine')).toMatchObject({ port: 2375, tls: false });
    expect(parseDockerHost('tcp://engine', true)).toMatchObject({ port: 2376, tls: true });
    expect(parseDockerHost('https://engine')).toMatchObject({ port: 2376, tls: true });
    expect(parseDockerHost('http://engine:80')).toMatchObject({ port: 80, tls: false });
    expect(parseDockerHost('tcp://[::1]:99')).toMatchObject({ host: '::1', port: 99 });
    expect(parseDockerHost('ssh://op@region')).toEqual({
      kind: 'ssh',
      host: 'region',
      port: null,
      user: 'op',
      socketPath: null,
    });
    expect(parseDockerHost('ssh://region/run/user/1000/docker.sock')).toMatchObject({
      socketPath: '/run/user/1000/docker.sock',
    });
    expect(parseDockerHost('ssh://region:2222')).toMatchObject({ port: 2222, user: null });
  });

  it('that is none of these says what would be', () => {
    const options = ['ssh://-oProxyCommand=x', 'ssh://-l@h', 'ssh://a b', 'ssh://h/a;b'];
    for (const host of ['', 'nonsense', 'ftp://x', 'tcp://', ...options]) {
      expect(() => parseDockerHost(host)).toThrow(
        expect.objectContaining({ kind: 'failed', mend: expect.stringContaining('unix:///PATH') }),
      );
    }
  });

  it('does not repeat a password', () => {
    expect(() => parseDockerHost('ssh://op:secret@region')).toThrow('"ssh://op:…@region" is no');
  });
});

describe('failures of the engine', () => {
  it('say what happened and what to do', () => {
    expect(failed('ENOENT')).toMatchObject({
      kind: 'unreachable',
      message: "The Docker engine's socket /run/x.sock does not exist",
      mend: 'start the engine or set DOCKER_HOST',
    });
    expect(failed('EACCES')).toMatchObject({
      kind: 'denied',
      mend: 'add your user to the docker group or run with sudo',
    });
    expect(failed('ECONNREFUSED').kind).toBe('unreachable');
    expect(failed('EPIPE').message).toContain('closed the connection');
    expect(failed('HPE_INVALID_CONSTANT').kind).toBe('garbage');
  });

  it('tell a time limit with its length', () => {
    const error = dockerFailure(new Error('aborted'), socket, 3000, true);
    expect(error).toMatchObject({ kind: 'timeout', message: expect.stringContaining('3 s') });
    expect(
      dockerCancelled(
        AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'),
        socket,
      ),
    ).toMatchObject({ kind: 'timeout' });
    const reason = new Error('closed');
    expect(dockerCancelled(reason, socket)).toBe(reason);
  });

  it('show what the engine said, without control sequences', () => {
    const thrown = Object.assign(new Error('(HTTP code 500)'), {
      statusCode: 500,
      json: { message: '\u001b[31mno space left\u001b[0m' },
    });
    const error = dockerFailure(thrown, socket, 3000, false);
    expect(error.message).toBe('The Docker engine answered 500: no space left');
    const gone = Object.assign(new Error('x'), { statusCode: 404, json: { message: 'No such' } });
    expect(dockerFailure(gone, socket, 3000, false).kind).toBe('missing');
  });
});

describe('a container cut off from its network', () => {
  const line = (id: string, ...networks: string[]): ListedContainer => ({
    id,
    name: id,
    project: 'falcon',
    service: id,
    oneOff: false,
    image: 'i',
    state: 'running',
    status: 'Up',
    words: readStatus('Up'),
    composeNumber: 1,
    composeFolder: null,
    composeFiles: [],
    createdAt: null,
    networks: Object.fromEntries(networks.map((name) => [name, ''])),
    ports: [],
    labels: {},
  });
  const peers = [line('w1', 'net'), line('w2', 'net'), line('nginx', 'net', 'edge')];

  it('is told by sharing none with its peers; most of them show where it belongs', () => {
    expect(lostNetwork(line('redis'), [...peers, line('redis')])).toBe('net');
    expect(lostNetwork(line('redis', 'elsewhere'), peers)).toBe('net');
  });

  it('is not assumed while it shares one, or has no peers', () => {
    expect(lostNetwork(line('redis', 'edge'), peers)).toBeNull();
    expect(lostNetwork(line('redis'), [line('redis')])).toBeNull();
    expect(lostNetwork(line('redis'), [{ ...line('shell', 'net'), oneOff: true }])).toBeNull();
  });
});
