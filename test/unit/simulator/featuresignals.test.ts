import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { execute } from '../../../src/simulator/docker/exec-programs.ts';
import { createHost } from '../../../src/simulator/host/host.ts';
import { callTool } from '../../../src/simulator/shims/tools.ts';
import { breakIt } from '../../../src/simulator/systems/break-it.ts';
import { featuresignals } from '../../../src/simulator/systems/featuresignals.ts';
import { featuresignalsFaults } from '../../../src/simulator/systems/featuresignals-faults.ts';
import { grow } from '../../../src/simulator/systems/grow.ts';
import { roomOn } from '../../../src/simulator/world/disks.ts';
import { ofService } from '../../../src/simulator/world/world.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const STEP_MS = 500;
const DAY_MS = 86_400_000;
const { signal } = new AbortController();

/** A region of FeatureSignals as it is when all is well, and what may be done with it. */
async function region() {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-featuresignals-'));
  const system = { ...featuresignals('eu', true), upMs: 60_000 };
  const grown = await grow(system, { folder, seed: 3, until: () => AT });
  let now = AT;
  const real = createHost({ ...grown, real: () => now });
  // Who waits for something of the world moves it.
  const host: typeof real = {
    ...real,
    async until(wanted) {
      while (!wanted(real.world())) now += STEP_MS;
    },
  };
  onTestFinished(async () => {
    real.close();
    await rm(folder, { recursive: true, force: true });
  });
  const of = (service: string) => {
    const [container] = ofService(host.world(), service);
    if (container === undefined) throw new Error(`there is no ${service}`);
    return container;
  };
  return {
    host,
    of,
    later(seconds: number) {
      now += seconds * 1000;
      return host.world();
    },
    async breaks(id: string) {
      const fault = featuresignalsFaults.find((one) => one.id === id);
      if (fault === undefined) throw new Error(`there is no fault ${id}`);
      await breakIt(host, folder, fault);
    },
    /** What the server says of its region. */
    status(): { readonly status: string; readonly services: readonly { status: string }[] } {
      const request = { method: 'GET', path: '/v1/status', headers: {}, body: '', inside: false };
      const container = of('server').id;
      const { http } = host.change({
        kind: 'http',
        container,
        request: { ...request, port: 8080 },
      });
      return JSON.parse(http?.body ?? '{"status":"silent","services":[]}');
    },
    /** Of the certificate that the proxy has. */
    leftDays: () => Math.round((host.world().site.certificate.notAfter - now) / DAY_MS),
    async tool(...words: readonly string[]) {
      const told: string[] = [];
      const say = (line: string) => void told.push(line);
      const box = { host, root: folder, scripts: {} };
      const code = await callTool(box, words, folder, { out: say, err: say, signal });
      return { code, told };
    },
  };
}

test('connections that a server never gives back are free once it is started anew, and not before', async () => {
  const { breaks, host, later, of, status } = await region();
  expect(status()).toMatchObject({ status: 'operational' });
  await breaks('pool-leaked');
  later(120);
  expect(status()).toMatchObject({ status: 'degraded' });
  host.change({ kind: 'restart', container: of('server').id, withinMs: 1000 });
  later(10);
  expect(status()).toMatchObject({ status: 'operational' });
});

test('readers that take all connections come back after a restart, until more are allowed', async () => {
  const { breaks, host, later, of, status } = await region();
  await breaks('too-many-clients');
  later(5);
  expect(status()).toMatchObject({ status: 'degraded' });
  host.change({ kind: 'restart', container: of('postgres').id, withinMs: 1000 });
  later(15);
  expect(status()).toMatchObject({ status: 'degraded' });
  const change = { kind: 'file', name: 'max_connections', value: '200' } as const;
  host.change({ kind: 'postgres', container: of('postgres').id, change });
  host.change({ kind: 'restart', container: of('postgres').id, withinMs: 1000 });
  later(15);
  expect(status()).toMatchObject({ status: 'operational' });
});

test('a proxy that gave up renews its certificate when it is told to read its file again', async () => {
  const { breaks, host, later, leftDays, of } = await region();
  await breaks('renewal-given-up');
  later(600);
  expect(leftDays()).toBe(5);
  await execute(host, of('caddy').id, ['caddy', 'reload', '--config', '/etc/caddy/Caddyfile']);
  later(10);
  expect(leftDays()).toBe(90);
});

test('a proxy that has an old file needs a start, and none helps where the issuer is locked out', async () => {
  const old = await region();
  await old.breaks('proxy-file-replaced');
  await execute(old.host, old.of('caddy').id, ['caddy', 'reload']);
  old.later(70);
  expect(old.leftDays()).toBe(6);
  old.host.change({ kind: 'restart', container: old.of('caddy').id, withinMs: 1000 });
  old.later(10);
  expect(old.leftDays()).toBe(90);

  const locked = await region();
  await locked.breaks('issuer-locked-out');
  locked.host.change({ kind: 'restart', container: locked.of('caddy').id, withinMs: 1000 });
  locked.later(120);
  expect(locked.leftDays()).toBe(5);
});

test('a server that hears nothing answers slowly, and well again once it is started anew', async () => {
  const { breaks, host, later, of } = await region();
  const share = () => {
    const { process } = of('server');
    if (process?.kind !== 'flags-server') throw new Error('the server does not run');
    return process.counts.misses / process.counts.evaluations;
  };
  const before = share();
  await breaks('cache-deaf');
  later(120);
  expect(share()).toBeGreaterThan(before + 0.3);
  host.change({ kind: 'restart', container: of('server').id, withinMs: 1000 });
  later(240);
  expect(share()).toBeLessThan(0.2);
});

test('what is built of another commit does what that commit did', async () => {
  const { breaks, host, later, status, tool } = await region();
  await breaks('bad-commit');
  later(60);
  expect(status()).toMatchObject({ status: 'degraded' });
  expect((await tool('git', 'log', '--oneline', '-10')).told[0]).toMatch(/^e91d3c5 /);
  expect(await tool('git', 'checkout', '5b1f0c2')).toMatchObject({ code: 0 });
  expect(host.world().supply.builds['server']?.release).toMatchObject({ errorShare: 0 });
  expect(await tool('git', 'merge-base', '--is-ancestor', '5b1f0c2', 'HEAD')).toMatchObject({
    code: 0,
  });
  expect(await tool('git', 'merge-base', '--is-ancestor', 'e91d3c5', 'HEAD')).toMatchObject({
    code: 1,
  });
});

test('who is dropped by the firewall reaches the server no more', async () => {
  const { breaks, host, later, of, tool } = await region();
  const knocks = () =>
    host.logs.of(of('server').id).filter(({ text }) => text.includes('192.0.2.66')).length;
  await breaks('attack');
  later(10);
  expect(knocks()).toBeGreaterThan(10);
  const rule = ['DOCKER-USER', '-s', '192.0.2.66', '-j', 'DROP'];
  expect(await tool('iptables', '-C', ...rule)).toMatchObject({ code: 1 });
  expect(await tool('iptables', '-I', ...rule)).toMatchObject({ code: 0 });
  expect(await tool('iptables', '-C', ...rule)).toMatchObject({ code: 0 });
  const before = knocks();
  later(30);
  expect(knocks()).toBe(before);
});

test('images that nobody uses take room until they are removed', async () => {
  const { breaks, host } = await region();
  const used = () => {
    const { sizeBytes, usedBytes } = roomOn(host.world(), 'engine');
    return usedBytes / sizeBytes;
  };
  expect(used()).toBeLessThan(0.5);
  await breaks('images-left');
  expect(used()).toBeGreaterThan(0.85);
  for (const { refs } of host.world().images) {
    for (const ref of refs.filter((one) => /:v1\.[567]\./.test(one))) {
      host.change({ kind: 'untag', ref });
    }
  }
  expect(used()).toBeLessThan(0.85);
});

test('a database that is told to use more memory than the host has starts no more', async () => {
  const { host, later, of, status } = await region();
  const change = { kind: 'file', name: 'shared_buffers', value: '64GB' } as const;
  host.change({ kind: 'postgres', container: of('postgres').id, change });
  later(5);
  expect(status()).toMatchObject({ status: 'operational' });
  host.change({ kind: 'restart', container: of('postgres').id, withinMs: 2000 });
  later(30);
  expect(of('postgres').exitCode).toBe(1);
  expect(of('postgres').restartCount).toBeGreaterThan(1);
  expect(status()).toMatchObject({ status: 'down' });
  const said = host.logs.of(of('postgres').id).map(({ text }) => text);
  expect(said.at(-1)).toContain('FATAL:  could not map anonymous shared memory');
});

test('what lies elsewhere gives nothing while it cannot be reached', async () => {
  const { breaks, host, of, tool } = await region();
  expect(await tool('git', 'fetch', 'origin')).toMatchObject({ code: 0 });
  await breaks('bad-commit-remote-down');
  expect(await tool('git', 'fetch', 'origin')).toMatchObject({ code: 128 });
  await breaks('data-lost-backups-away');
  const restore = ['pg_restore', '-d', 'featuresignals', '/backups/featuresignals.dump'];
  expect(await execute(host, of('postgres').id, restore)).toMatchObject({ exitCode: 1 });
  host.change({ kind: 'outside', name: 'backups', reachable: true });
  expect(await execute(host, of('postgres').id, restore)).toMatchObject({ exitCode: 0 });
});
