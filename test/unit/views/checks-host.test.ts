import { afterEach, describe, expect, test } from 'vitest';

import { tableRows } from '../../../src/console/table.ts';
import { checkHealth, checksTable } from '../../../src/console/tables/checks.ts';
import { hostTable } from '../../../src/console/tables/host.ts';
import type { Certificate } from '../../../src/domain/certificate.ts';
import type { SignalReading } from '../../../src/domain/signal.ts';
import { signalKey } from '../../../src/live/series.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { checkCell, timeLeft } from '../../../views/present/checks.ts';
import { gauge } from '../../../views/present/host.ts';
import { type Line, lineWidth } from '../../../views/present/line.ts';
import { full } from '../../fixtures/full.ts';
import { fact, NOW, source } from '../../fixtures/live.ts';
import { fakePorts, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const DAY = 86_400_000;
const look = { filter: '', sort: null };
const plain = (line: Line) => line.map((span) => ('text' in span ? span.text : '<>')).join('');

function certificate(change: Partial<Certificate> = {}): Certificate {
  return {
    name: 'gateway',
    host: 'gateway.example',
    port: 443,
    subject: 'gateway.example',
    issuer: 'Test Root',
    names: ['gateway.example', 'www.gateway.example'],
    notBefore: NOW - 29 * DAY,
    notAfter: NOW + 61.5 * DAY,
    chain: ['gateway.example', 'Test Root'],
    problem: null,
    mend: null,
    latencyMs: 21,
    ...change,
  };
}

function signal(id: string, labels: Record<string, string>, state: SignalReading['state']) {
  const reading: SignalReading = {
    ...{ id, title: id, labels, value: 1, unit: 'seconds', state, observedAt: NOW },
    ...{ stale: false, threshold: null },
  };
  return { [signalKey(id, labels)]: reading };
}

function withCertificates(live: LiveState, certificates: readonly Certificate[]): LiveState {
  const sources = certificates.map(({ name }) => [name, source(name, 'certificate')]);
  const facts = certificates.map((one) => [one.name, fact(one.name, 'certificate', one)]);
  return {
    ...live,
    sources: { ...live.sources, ...Object.fromEntries(sources) },
    facts: { ...live.facts, ...Object.fromEntries(facts) },
  };
}

const cells = (live: LiveState) =>
  tableRows(checksTable, live, look).map((row) => plain(checkCell(row)));

describe('checks and certificates', () => {
  test('share a panel, those in trouble first', () => {
    const live = withCertificates(full, [
      certificate(),
      certificate({ name: 'old', problem: 'expired 3 days ago', notAfter: NOW - 3 * DAY }),
    ]);
    expect(cells(live)[0]).toBe('   ✖ old certificate expired 3 days ago');
    expect(cells(live)).toContain('   ● gateway certificate 61 d');
    expect(cells(live)).toContain('   ● /infer 200  12 ms');
  });

  test('a certificate that ends soon stands as its signal does', () => {
    const soon = certificate({ notAfter: NOW + 9.2 * DAY });
    const live = withCertificates(full, [soon]);
    const warned = {
      ...live,
      signals: { ...signal('certificate', { name: 'gateway' }, 'warning') },
    };
    expect(cells(warned)[0]).toBe('   ▲ gateway certificate 9 d');
    const seen = (notAfter: number) =>
      timeLeft({ value: certificate({ notAfter }), observedAt: NOW });
    expect(seen(NOW + 28 * 3_600_000)).toBe('1d4h');
    expect(seen(NOW)).toBe('expired');
  });

  test('say why there is no answer, and which one is old', () => {
    const error = { kind: 'unreachable', message: 'x refuses connections', mend: null } as const;
    const failed = source('gateway', 'certificate', { status: 'failed', error });
    const live = withCertificates(full, [certificate()]);
    const lost = { ...live, sources: { ...live.sources, gateway: failed } };
    expect(cells(lost)[0]).toBe('   ✖ gateway x refuses connections');
    const old = source('gateway', 'certificate', { status: 'stale' });
    const stale = { ...live, sources: { ...live.sources, gateway: old } };
    expect(cells(stale)).toContain('   ● gateway certificate 61 d  ▲ <>old');
    const never = { ...live, facts: full.facts };
    const row = checksTable.rows(never).find(({ source: { name } }) => name === 'gateway');
    expect(row === undefined ? null : checkHealth(row)).toBe('unknown');
  });

  test('keep their rows while nothing has changed', () => {
    const live = withCertificates(full, [certificate()]);
    const again = { ...live, historyRevision: 2 };
    expect(checksTable.rows(again)).toEqual(checksTable.rows(live));
    for (const [index, row] of checksTable.rows(again).entries()) {
      expect(row).toBe(checksTable.rows(live)[index]);
    }
  });
});

describe('the host', () => {
  const host = full.facts['host'];
  const value = host?.kind === 'host' ? host.value : null;
  if (value === null) throw new Error('the fixture has no host');

  test('marks a disk as its signals do, and by itself without one', () => {
    const states = (live: LiveState) =>
      tableRows(hostTable, live, look).map(({ mount, health }) => `${mount} ${health}`);
    expect(states(full)).toEqual(['/var/lib/docker warning', '/ ok']);
    const told = { ...full, signals: signal('inodes', { mount: '/' }, 'critical') };
    expect(states(told)).toEqual(['/ critical', '/var/lib/docker warning']);
    const silent = fact('host', 'host', { ...value, silentMounts: ['/mnt/nfs'] });
    expect(states({ ...full, facts: { ...full.facts, host: silent } })[0]).toBe(
      '/mnt/nfs critical',
    );
  });

  test('tells two hosts apart', () => {
    const other = fact('b', 'host', { ...value, name: 'b' });
    const two = { ...full, facts: { ...full.facts, b: other } };
    expect(hostTable.rows(two).map(hostTable.id)).toEqual([
      'ashburn-1 /',
      'ashburn-1 /var/lib/docker',
      'b /',
      'b /var/lib/docker',
    ]);
    const told = { ...two, signals: signal('disk', { host: 'b', mount: '/' }, 'critical') };
    expect(tableRows(hostTable, told, look)[0]).toMatchObject({ host: 'b', mount: '/' });
  });

  test('draws gauges in exactly their width', () => {
    for (const fraction of [-1, 0, 0.001, 0.33, 0.5, 0.999, 1, 7]) {
      expect(lineWidth(gauge(fraction, 10, 'ok'))).toBe(10);
    }
    expect(plain(gauge(0.55, 10, 'ok'))).toBe('█████▌░░░░');
  });
});

describe.each([
  [80, 24],
  [120, 40],
] as const)('on a screen of %i×%i', (columns, rows) => {
  const open: Stage[] = [];
  afterEach(async () => {
    for (const stage of open.splice(0)) await stage.close();
  });
  async function show(live: LiveState): Promise<Stage> {
    const clock = createFakeClock(NOW);
    const ports = fakePorts({ clock, live, board: quietBoard, run: fakeRun() });
    const stage = await openStage(ports, columns, rows);
    open.push(stage);
    return stage;
  }
  const problem = 'is for a.example, not for gateway.example';
  const live = withCertificates(full, [
    certificate({ name: 'bad', problem, mend: 'renew it with this name' }),
    certificate(),
  ]);
  const size = `${columns}x${rows}`;

  test('the checks zoomed, and one certificate with all that is known of it', async () => {
    const stage = await show(live);
    await stage.press('6', 'Enter');
    stage.picture(`${size}-checks`);
    expect(stage.text()).toContain('certificate 61 d');
    expect(stage.text()).toContain('gateway.example:443');
    expect(stage.text()).toContain(problem);
    await stage.press('g', 'Enter');
    stage.picture(`${size}-certificate`);
    for (const words of [problem, 'renew it with this name', '2027-01-23', '← Test Root']) {
      expect(stage.text()).toContain(words);
    }
    await stage.press('Esc', 'G', 'k', 'Enter');
    stage.picture(`${size}-check`);
    expect(stage.text()).toContain('http://172.20.0.4:8000/');
    expect(stage.text()).toContain('Answers in  12 ms');
  });

  test('the host zoomed, and one disk', async () => {
    const silent = fact('host', 'host', { ...value(live), silentMounts: ['/mnt/nfs'] });
    const stage = await show({ ...live, facts: { ...live.facts, host: silent } });
    stage.picture(`${size}-overview-host`);
    expect(stage.text()).toContain('load');
    await stage.press('7', 'Enter');
    stage.picture(`${size}-host`);
    for (const words of ['13G of 32G', 'swap', 'pressure', '88 %', '59G', 'does not answer']) {
      expect(stage.text()).toContain(words);
    }
    await stage.press('g', 'Enter');
    expect(stage.text()).toContain('umount -l');
    await stage.press('Esc', 'j', 'Enter');
    stage.picture(`${size}-disk`);
    expect(stage.text()).toContain('441G of 500G');
    expect(stage.text()).toContain('Host ashburn-1');
  });
});

function value(live: LiveState) {
  const host = live.facts['host'];
  if (host?.kind !== 'host') throw new Error('the fixture has no host');
  return host.value;
}
