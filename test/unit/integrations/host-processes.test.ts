import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { refuseFolder } from '../../../src/integrations/host/forbidden-folders.ts';
import { fits } from '../../../src/integrations/host/glob.ts';
import { mountOf } from '../../../src/integrations/host/mount-of.ts';
import { proxyTarget } from '../../../src/integrations/host/port-owner-probe.ts';
import { containerIn, decodeStatLine } from '../../../src/integrations/proc/processes.ts';
import { decodeListening } from '../../../src/integrations/proc/sockets.ts';

describe('a pattern of file names', () => {
  it.each([
    ['app.log', '*.log', true],
    ['app.log.1', '*.log', false],
    ['app.log.1', '*.log.?', true],
    ['.log', '*.log', true],
    ['a', '', false],
    ['', '*', true],
    ['a[1].log', 'a[1].*', true],
    ['a1.log', 'a[1].*', false],
    ['abcbd', 'a*b?', true],
  ])('%s %s', (name, pattern, wanted) => expect(fits(name, pattern)).toBe(wanted));

  it('means what the same regular expression means, and takes no time', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', '.');
    const word = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word, word, (name, pattern) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(fits(name, pattern)).toBe(new RegExp(`^${source}$`).test(name));
      }),
      { numRuns: 2000 },
    );
    expect(fits('a'.repeat(255), `${'a*'.repeat(120)}b`)).toBe(false);
  });
});

describe('folders in which nothing is deleted', () => {
  it.each([
    '/',
    '/etc',
    '/etc/x',
    '/var',
    '/var/lib/docker/volumes/x/_data',
    '/usr/share',
    '/home',
  ])('%s', (folder) => expect(() => refuseFolder(folder)).toThrow(OperatorError));
  it.each([
    '/var/log',
    '/var/log/app',
    '/srv/falcon/logs',
    '/home/ann/logs',
    '/etcetera',
    '/tmp/x',
  ])('not %s', (folder) => expect(() => refuseFolder(folder)).not.toThrow());
});

it('a process is read whatever its name is', () => {
  const rest = `S 7 ${Array.from({ length: 17 }, (_, n) => n).join(' ')} 4711 9`;
  expect(decodeStatLine(`12 (a) b (c)) ${rest}`)).toEqual({
    name: 'a) b (c)',
    state: 'S',
    parent: 7,
    startedTicks: '4711',
  });
});

it('the container of a process is told by its cgroup', () => {
  const id = 'ab'.repeat(32);
  expect(containerIn(`0::/system.slice/docker-${id}.scope\n`)).toBe(id);
  expect(containerIn(`12:pids:/docker/${id}\n11:cpu:/docker/${id}\n`)).toBe(id);
  expect(containerIn(`0::/kubepods.slice/pod1/cri-containerd-${id}.scope`)).toBe(id);
  expect(containerIn('0::/user.slice/session-1.scope\n')).toBeNull();
});

it('listening sockets are read with their addresses', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
  const row = (local: string, state: string) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000 0 4711 1 0`;
  const text = [
    head,
    row('0100007F:1F90', '0A'),
    row('0100007F:1F90', '01'),
    row('00000000000000000000000001000000:0050', '0A'),
    row('00000000000000000000000000000000:0050', '0A'),
    row('B80D01200000000000000000010000FF:0050', '0A'),
    'garbage',
    row('zz:1', '0A'),
  ].join('\n');
  expect(decodeListening(text)).toEqual([
    { address: '127.0.0.1', port: 8080, inode: '4711', uid: 1000 },
    { address: '::1', port: 80, inode: '4711', uid: 1000 },
    { address: '::', port: 80, inode: '4711', uid: 1000 },
    { address: '2001:db8::ff00:1', port: 80, inode: '4711', uid: 1000 },
  ]);
});

it('the engine’s proxy says for whom it listens', () => {
  const command =
    '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8000 ' +
    '-container-ip 172.18.0.4 -container-port 80';
  expect(proxyTarget({ name: 'docker-proxy', command })).toBe('172.18.0.4:80');
  expect(proxyTarget({ name: 'nginx', command })).toBeNull();
});

it('the mount of a path is the innermost, and the last at its place', () => {
  const line = (path: string, type: string) => `1 2 8:1 / ${path} rw - ${type} /dev/${type} rw`;
  const text = [
    line('/', 'ext4'),
    line('/var', 'xfs'),
    line('/v\\040x', 'zfs'),
    line('/var', 'btrfs'),
  ];
  const of = (path: string) => mountOf(text.join('\n'), path)?.type;
  expect(of('/var/log')).toBe('btrfs');
  expect(of('/various')).toBe('ext4');
  expect(of('/v x/y')).toBe('zfs');
  expect(of('/')).toBe('ext4');
});
