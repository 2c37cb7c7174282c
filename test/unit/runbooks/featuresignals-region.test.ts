import { describe, expect, it } from 'vitest';
import { container, logs, NOW, sessions } from '../../fixtures/falcon/findings.ts';
import { holds, proofOf } from '../../fixtures/falcon/proofs.ts';
import { envFile, file, running, unanswered, wrote } from '../../fixtures/packs/answers.ts';
import { degraded, env, well } from '../../fixtures/packs/featuresignals.ts';
import { certificate, names, portHeld, took } from '../../fixtures/packs/region-answers.ts';
import { type Case, holdsToItsLeaves, runbookOf, walkCase } from './packs.ts';

const dead = new Error('the engine does not answer');
const noEngine = {
  'scope.server': dead,
  'scope.dashboard': dead,
  'scope.caddy': dead,
  'scope.postgres': dead,
};
const clean = { 'history.changes': wrote('') };

const runbooks: Readonly<Record<string, { leaves: readonly string[]; cases: readonly Case[] }>> = {
  'featuresignals/first-response': {
    leaves: ['well', 'look-on'],
    cases: [
      { finding: 'a region that is well', leaf: 'well' },
      {
        finding: 'something that no runbook names',
        leaf: 'look-on',
        because: 'The region says degraded',
        findings: { 'look.status': degraded('Real-time Streaming') },
      },
    ],
  },
  'featuresignals/region-down': {
    leaves: [
      'bring-back',
      'recreate',
      'steer-traffic',
      'redeploy-dashboard-urls',
      'build-dashboard',
      'dashboard-anew',
      'restored',
      'keep-restoring',
      'false-alarm',
      'escalate',
    ],
    cases: [
      {
        finding: 'a container that is down',
        leaf: 'bring-back',
        because: 'server is exited, dashboard running, caddy running, postgres running',
        findings: { 'scope.server': container({ state: 'exited' }) },
      },
      {
        finding: 'a server that does not answer',
        leaf: 'bring-back',
        findings: { 'scope.inside': unanswered(), 'scope.outside': unanswered() },
      },
      {
        finding: 'an engine that is lost, without a clear yes on residency',
        leaf: 'keep-restoring',
        findings: { ...noEngine, 'scope.inside': dead },
      },
      {
        finding: 'an engine that is lost, and policy and law that allow another region',
        leaf: 'steer-traffic',
        findings: { ...noEngine, 'scope.inside': dead },
        choose: { 'cannot-restore': 'residency' },
      },
      {
        finding: 'a provider that is down, told by the operator',
        leaf: 'keep-restoring',
        findings: { 'scope.outside': unanswered() },
        choose: { outside: 'cannot-restore' },
      },
      { finding: 'a region that answers', leaf: 'false-alarm' },
    ],
  },
  'featuresignals/high-latency': {
    leaves: ['restart-server', 'traces', 'false-alarm'],
    cases: [
      {
        finding: 'a cache that nothing invalidates',
        leaf: 'restart-server',
        findings: { 'look.status': degraded('Cache') },
      },
      {
        finding: 'a storm of cache misses',
        leaf: 'restart-server',
        signals: { cacheMisses: 0.9, p99: 0.8 },
      },
      {
        finding: 'slow requests that nothing explains',
        leaf: 'traces',
        because:
          'p99 of 380 requests is 900 ms, and neither database, pool, cache nor proxy explains it',
        findings: { 'look.requests': took(900) },
      },
      { finding: 'quick requests', leaf: 'false-alarm' },
    ],
  },
  'featuresignals/certificate': {
    leaves: ['reload-caddy', 'restart-caddy', 'check-challenge', 'false-alarm'],
    cases: [
      {
        finding: 'acme errors in the log',
        leaf: 'reload-caddy',
        because: '4 lines tell of failed renewals, and it ends in 9 days',
        findings: { 'look.log': logs({ acme: 4 }), 'look.presented': certificate(9) },
      },
      {
        finding: 'an end within 14 days',
        leaf: 'reload-caddy',
        findings: { 'look.presented': certificate(13) },
      },
      {
        finding: 'a Caddyfile that was edited on the host',
        leaf: 'restart-caddy',
        findings: {
          'look.log': logs({ acme: 4 }),
          'look.file': file({ modifiedAt: NOW - 60_000 }),
        },
      },
      {
        finding: 'a challenge that does not arrive',
        leaf: 'check-challenge',
        findings: { 'look.log': logs({ challenge: 2, acme: 2 }), 'look.presented': certificate(9) },
      },
      {
        finding: 'a name without an address',
        leaf: 'check-challenge',
        findings: { 'look.names': names() },
      },
      {
        finding: 'a port that nobody holds',
        leaf: 'check-challenge',
        findings: { 'look.port': portHeld(false) },
      },
      { finding: 'a good certificate', leaf: 'false-alarm' },
    ],
  },
  'featuresignals/rollback-git': {
    leaves: [
      'fetch',
      'checkout',
      'build',
      'remove-one-shots',
      'remove-volumes',
      'up',
      'rolled-back',
      'local-changes',
      'escalate',
    ],
    cases: [
      { finding: 'a clean checkout', leaf: 'fetch', findings: clean },
      {
        finding: 'a checkout changed by hand',
        leaf: 'local-changes',
        findings: { 'history.changes': wrote(' M deploy/docker-compose.region.yml') },
      },
    ],
  },
  'featuresignals/rollback-image': {
    leaves: ['set-tag', 'pull', 'up', 'rolled-back', 'no-settings', 'escalate'],
    cases: [
      {
        finding: 'a tag in .env',
        leaf: 'set-tag',
        because: 'IMAGE_TAG is v1.4.0; server runs sha-2222222, before it there was sha-1111111',
      },
      {
        finding: 'no .env',
        leaf: 'no-settings',
        findings: { 'images.settings': { ...envFile({}), found: false } },
      },
    ],
  },
  'featuresignals/security-incident': {
    leaves: [
      'preserve-logs',
      'block-address',
      'rotate-jwt',
      'apply-jwt',
      'rotate-postgres',
      'postgres-anew',
      'change-password',
      'apply-otel',
      'aftermath',
      'escalate',
    ],
    cases: [{ finding: 'an incident', leaf: 'preserve-logs' }],
  },
  'featuresignals/scaling': {
    leaves: ['resized', 'tune-postgres', 'restart-postgres', 'horizontal', 'done', 'escalate'],
    cases: [
      { finding: 'a host that is to grow', leaf: 'resized' },
      {
        finding: 'a second server wanted',
        leaf: 'horizontal',
        choose: { way: 'preconditions' },
      },
    ],
  },
  'featuresignals/communication': {
    leaves: ['told', 'over'],
    cases: [
      { finding: 'an incident that goes on', leaf: 'told' },
      {
        finding: 'an incident that is over',
        leaf: 'over',
        inputs: { state: 'Resolved' },
        choose: { again: 'over' },
      },
    ],
  },
};

describe.each(Object.entries(runbooks))('%s', (id, { leaves, cases }) => {
  const runbook = runbookOf(id);

  it.each(cases)('with $finding comes to $leaf', (one) => {
    const { at, because, sure } = walkCase(runbook, well, one);
    expect(at).toBe(one.leaf);
    if (one.because !== undefined) expect(because).toContain(one.because);
    expect(sure).toBe(one.sure ?? true);
  });

  it('has these leaves, each of them reached, and gives everything what it takes', () => {
    holdsToItsLeaves(runbook, well, leaves, cases);
  });
});

describe('where featuresignals hands on', () => {
  it.each<[string, Partial<Case>, string]>([
    [
      'first-response',
      { findings: { 'look.containers': running({ state: 'exited' }) } },
      'region-down',
    ],
    [
      'first-response',
      { findings: { 'look.status': degraded('Connection Pool') } },
      'pool-exhausted',
    ],
    [
      'first-response',
      { findings: { 'look.api': unanswered('the certificate has ended') } },
      'certificate',
    ],
    ['first-response', { findings: { 'look.requests': took(800) } }, 'high-latency'],
    ['first-response', { signals: { disk: { '/': 0.9 } } }, 'disk-full'],
    ['high-latency', { findings: { 'look.slow': sessions({ matching: 2 }) } }, 'slow-queries'],
    [
      'high-latency',
      { findings: { 'look.status': degraded('Connection Pool') } },
      'pool-exhausted',
    ],
    ['high-latency', { findings: { 'look.caddyLog': logs({ tls: 3 }) } }, 'certificate'],
  ])('%s with %o goes on in %s', (id, one, step) => {
    const more = { choose: { 'region-down:cannot-restore': 'region-down:keep-restoring' } };
    const walked = () => walkCase(runbookOf(`featuresignals/${id}`), well, { ...more, ...one });
    expect(walked().path).toContain(step);
  });

  it('asks for the other regions by what the dashboard knows of them', () => {
    const node = runbookOf('featuresignals/region-down').nodes.get('scope');
    const urls =
      node?.kind === 'gather' ? node.probes.flatMap(({ with: input }) => input['url'] ?? []) : [];
    expect(urls).toHaveLength(4);
    expect(urls.join(' ')).toContain('NEXT_PUBLIC_API_URL_EU');
  });

  it('takes traffic for steered only when the name stands for the new address', () => {
    const spec = proofOf(
      runbookOf('featuresignals/region-down'),
      'steer-traffic',
      'The name stands',
    );
    const inputs = { target: '203.0.113.9' };
    expect(holds(spec, { result: names('203.0.113.9'), inputs })).toBe(true);
    expect(holds(spec, { result: names('203.0.113.7'), inputs })).toBe(false);
  });

  it('preserves the logs before anything is rotated', () => {
    const runbook = runbookOf('featuresignals/security-incident');
    const { at, path } = walkCase(runbook, well, {});
    expect([at, path.length]).toEqual(['preserve-logs', 2]);
    const rotated = proofOf(runbook, 'rotate-jwt', 'The env file was written');
    const steps = { scene: { settings: env } };
    expect(holds(rotated, { result: env, steps })).toBe(false);
    expect(holds(rotated, { result: { ...env, modifiedAt: NOW }, steps })).toBe(true);
  });

  it('rereads the end of a certificate once it is renewed', () => {
    const runbook = runbookOf('featuresignals/certificate');
    const spec = proofOf(runbook, 'reload-caddy', 'What it presents');
    expect(holds(spec, { result: certificate(89) })).toBe(true);
    expect(holds(spec, { result: certificate(9) })).toBe(false);
    expect(holds(spec, { result: certificate(89, { problem: 'is for another name' }) })).toBe(
      false,
    );
  });
});
