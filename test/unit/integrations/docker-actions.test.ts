import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dockerActions } from '../../../src/integrations/docker/actions.ts';
import { limitBytes } from '../../../src/integrations/docker/actions-update.ts';
import { cloneBody } from '../../../src/integrations/docker/clone.ts';
import { decodeLine, type ListedContainer } from '../../../src/integrations/docker/decode.ts';
import { decodeConfig } from '../../../src/integrations/docker/decode-config.ts';
import { decodeDisk, decodeImages } from '../../../src/integrations/docker/decode-images.ts';
import { findImage, parseRef } from '../../../src/integrations/docker/image-ref.ts';
import { classify } from '../../../src/integrations/docker/log-classes.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import { unusedOf } from '../../../src/integrations/docker/prune-plan.ts';
import { planScale } from '../../../src/integrations/docker/scale-plan.ts';
import { answeringEngine } from './docker-client.ts';
import { jsonFixture } from './fixtures.ts';

const { client } = answeringEngine({});
const fixture = jsonFixture('docker/inspect-running.json') as Record<string, unknown>;
const id = (n: number) => n.toString(16).padStart(64, '0');

const container = (n: number, name: string, service: string): ListedContainer =>
  decodeLine({
    Id: id(n),
    Names: [`/${name}`],
    Image: 'i',
    State: 'running',
    Status: 'Up 3 minutes',
    Labels: { 'com.docker.compose.project': 'falcon', 'com.docker.compose.service': service },
  });

describe('every probe and action of docker', () => {
  it('has schemas that can be written down, so that editors and pages know them', () => {
    for (const probe of dockerProbes(() => client)) {
      expect(z.toJSONSchema(probe.input, { io: 'input' }).type).toBe('object');
      expect(z.toJSONSchema(probe.result, { io: 'output' }).type).toBe('object');
    }
    for (const action of dockerActions(() => client)) {
      expect(z.toJSONSchema(action.input, { io: 'input' }).type).toBe('object');
    }
  });

  it('has an undo that its action takes, with what it keeps of before', () => {
    const actions = dockerActions(() => client);
    const before = {
      service: 'worker',
      container: `${id(1)},${id(2)}`,
      replicas: '3',
      after: '',
      image: `sha256:${id(3)}`,
      memory: '1073741824',
      reservation: '',
      cpus: '',
    };
    for (const { undo } of actions) {
      if (undo.kind !== 'action') continue;
      const filled = Object.entries(undo.with).map(([name, text]) => {
        const key = /^\{\{before\.(\w+)\}\}$/.exec(String(text))?.[1] ?? '';
        return [name, before[key as keyof typeof before]];
      });
      const input = actions.find((one) => one.id === undo.action)?.input;
      expect(input?.safeParse(Object.fromEntries(filled))).toMatchObject({ success: true });
    }
  });

  it('takes a role or a container, and not both or neither', () => {
    const stop = dockerActions(() => client).find((one) => one.id === 'docker.stop')?.input;
    const fits = (input: object) => stop?.safeParse(input).success;
    expect(fits({ service: 'redis' })).toBe(true);
    expect(fits({ service: '', container: 'falcon-redis,falcon-peer' })).toBe(true);
    expect(fits({ container: `${id(1)}` })).toBe(true);
    expect(fits({})).toBe(false);
    expect(fits({ service: 'redis', container: 'falcon-redis' })).toBe(false);
    for (const container of ['../json', 'a b', '-f', 'a,', ',a', 'a?b']) {
      expect(fits({ container })).toBe(false);
    }
  });
});

describe('the plan of a scaling', () => {
  const place = { project: 'falcon', services: ['worker-1', 'worker-2'] };
  const one = container(1, 'falcon-worker-1', 'worker-1');
  const two = container(2, 'falcon-worker-2', 'worker-2');

  it('deals further containers to the services in turn, under names nobody has', () => {
    const clone = container(3, 'falcon-worker-2-2', 'worker-2');
    const plan = planScale([one, two, clone], place, 6);
    expect(plan.kind === 'clone' && plan.more.map(({ name }) => name)).toEqual([
      'falcon-worker-1-2',
      'falcon-worker-1-3',
      'falcon-worker-2-3',
    ]);
  });

  it('is the work of compose only for one service whose containers are numbered', () => {
    const fleet = { project: 'falcon', services: ['fleet'] };
    for (const name of ['falcon_fleet_1', 'falcon-fleet-1']) {
      const plan = planScale([container(1, name, 'fleet')], fleet, 2);
      expect(plan).toEqual({ kind: 'compose', service: 'fleet' });
    }
    const named = planScale([container(1, 'falcon-fleet', 'fleet')], fleet, 2);
    expect(named.kind).toBe('clone');
    expect(() => planScale([], place, 2)).toThrow('has no container of worker-1, worker-2');
  });
});

describe('a container like another', () => {
  const config = fixture['Config'] as Record<string, unknown>;

  it('keeps how it was made, and loses what is one container’s alone', () => {
    const own = String(fixture['Id']);
    const networks = {
      back: { Aliases: [own.slice(0, 12), 'redis', 'cache'], IPAddress: '10.0.0.2' },
      front: { Aliases: ['falcon-redis', 'redis'] },
    };
    const model = decodeConfig({
      ...fixture,
      Config: { ...config, Hostname: own.slice(0, 12) },
      HostConfig: { ...(fixture['HostConfig'] as object), NetworkMode: 'front' },
      NetworkSettings: { Networks: networks },
    });
    const { body, networks: joined } = cloneBody(model, 'redis', 2);
    expect(joined).toEqual([
      ['front', { Aliases: ['redis'] }],
      ['back', { Aliases: ['redis', 'cache'] }],
    ]);
    expect(body).toMatchObject({
      Hostname: '',
      Image: fixture['Image'],
      Cmd: config['Cmd'],
      Labels: { 'com.docker.compose.container-number': '2' },
      NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['redis'] } } },
    });
    expect(JSON.stringify(body['NetworkingConfig'])).not.toContain('10.0.0.2');
  });
});

describe('images', () => {
  it('are named by repository and tag, a port being no tag', () => {
    expect(parseRef('shop/api')).toEqual({ repo: 'shop/api', tag: 'latest' });
    expect(parseRef('host:5000/shop/api')).toEqual({ repo: 'host:5000/shop/api', tag: 'latest' });
    expect(parseRef('ghcr.io/x/api:sha-1234567')).toEqual({
      repo: 'ghcr.io/x/api',
      tag: 'sha-1234567',
    });
    for (const text of ['', '-x', 'a/../b', 'a b', 'api@sha256:00', 'a:b:c:', 'a?b=1', 'a//b']) {
      expect(parseRef(text)).toBeNull();
    }
  });

  const image = (n: number, tags: readonly string[] | null, more: object = {}) => ({
    Id: `sha256:${id(n)}`,
    RepoTags: tags,
    Created: n,
    Size: 100,
    SharedSize: 60,
    Containers: 0,
    ...more,
  });

  it('are found by tag, by name and by the beginning of an id', () => {
    const images = decodeImages([image(1, ['shop/api:v1']), image(2, ['shop/api:v2', 'other:1'])]);
    expect(images.map(({ createdAt }) => createdAt)).toEqual([2000, 1000]);
    expect(findImage(images, 'v1', 'shop/api').id).toBe(`sha256:${id(1)}`);
    expect(findImage(images, 'other:1', 'shop/api').id).toBe(`sha256:${id(2)}`);
    expect(findImage(images, `sha256:${id(2)}`, 'x').id).toBe(`sha256:${id(2)}`);
    // Two begin so: it is not guessed which.
    expect(() => findImage(images, '000000000000', 'shop/api')).toThrow('holds no image');
  });

  it('nobody uses are counted by what they free; volumes are never among them', () => {
    const disk = decodeDisk({
      Images: [
        image(1, ['shop/api:v1']),
        image(2, null),
        image(3, ['<none>:<none>'], { Containers: 1 }),
      ],
      Containers: [
        { Id: id(4), Names: ['/job'], State: 'exited', SizeRw: 7, Labels: {} },
        {
          Id: id(5),
          Names: ['/falcon-redis'],
          State: 'exited',
          Labels: { 'com.docker.compose.project': 'falcon' },
        },
      ],
      Volumes: [{ Name: 'data', UsageData: { Size: 5, RefCount: 0 } }],
      BuildCache: [
        { ID: 'a', Size: 1, InUse: true },
        { ID: 'b', Size: 2, InUse: false },
      ],
      LayersSize: 160,
    });
    const refs = (kind: 'images' | 'containers' | 'build-cache', all: boolean) =>
      unusedOf(disk, kind, all).flatMap((one) => one.refs);
    expect(refs('images', false)).toEqual([`sha256:${id(2)}`]);
    expect(refs('images', true).toSorted()).toEqual([`sha256:${id(2)}`, 'shop/api:v1']);
    expect(unusedOf(disk, 'images', false)[0]?.sizeBytes).toBe(40);
    expect(refs('containers', false)).toEqual([id(4)]);
    expect(refs('containers', true)).toEqual([id(4), id(5)]);
    expect(refs('build-cache', false)).toEqual(['b']);
  });
});

describe('classes of log lines', () => {
  it('a pattern that goes astray is given up, in words', () => {
    const raw = 'a'.repeat(100);
    const line = { at: null, source: 'x', stream: null, level: null, message: raw, raw };
    // What it captured is asked for again: only backtracking can answer that.
    expect(() => classify([{ ...line, fields: null }], [['slow', /^(a+)+\1b/]])).toThrow(
      'The patterns of slow took longer than 500 ms on these lines',
    );
  });
});

describe('limits', () => {
  it('are read as Docker reads them', () => {
    expect(limitBytes('512m')).toBe(512 * 1024 ** 2);
    expect(limitBytes('1.5gb')).toBe(1.5 * 1024 ** 3);
    expect(limitBytes('1073741824')).toBe(1024 ** 3);
    expect(limitBytes('')).toBeNull();
  });
});
