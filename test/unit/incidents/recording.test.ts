import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Container } from '../../../src/domain/container.ts';
import { redact } from '../../../src/domain/redact.ts';
import { afterSample, nothingRecorded } from '../../../src/incidents/recording/decode.ts';
import { SAMPLE_BYTES_MAX, sampleOf } from '../../../src/incidents/recording/encode.ts';
import { RECORDING_BYTES_MAX, record } from '../../../src/incidents/recording/recorder.ts';
import type { Sample } from '../../../src/incidents/recording/sample.ts';
import {
  addSample,
  pruneRecordings,
  recordedBytes,
  recordingFile,
  samplesOf,
} from '../../../src/incidents/recording/store.ts';
import { createHistory } from '../../../src/live/history.ts';
import { containers } from '../../../src/live/selectors.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { container, fact, healthy, historyOf, NOW, redisDead } from '../../fixtures/live.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

/** As it comes back from the journal. */
const journalled = (sample: Sample): Sample => JSON.parse(JSON.stringify(redact(sample)));

/** Takes samples of one state after the other, and tells what a replay shows at the last. */
function recorded(states: readonly LiveState[]): LiveState {
  let before: LiveState | null = null;
  let shown = nothingRecorded('us-ashburn');
  for (const state of states) {
    const sample = sampleOf(state, before, createHistory(), NOW);
    if (sample !== null) shown = afterSample(shown, journalled(sample), NOW);
    before = state;
  }
  return shown;
}

/** What a replay owes of a state. */
const told = ({ alerts, breakers, facts, region, signals, sources }: LiveState) => ({
  system: region.system,
  alerts,
  breakers,
  readings: Object.values(signals),
  standing: Object.values(sources).map(({ error, name, status }) => ({ error, name, status })),
  containers: Object.values(facts)
    .filter(({ kind }) => kind === 'containers')
    .flatMap(({ value }) => value as readonly Container[])
    .map(({ exitCode, health, name, state }) => ({ exitCode, health, name, state })),
});

describe('the record of the panels', () => {
  it('shows of a whole sample what the panels showed', () => {
    expect(told(recorded([redisDead]))).toEqual(told(redisDead));
    expect(recorded([redisDead]).facts['redis']?.value).toMatchObject({ version: '7.4.1' });
  });

  it('whatever came one after the other: shows the last of it', () => {
    const states = [
      healthy,
      redisDead,
      { ...redisDead, signals: {} },
      { ...healthy, alerts: [] },
      { ...healthy, breakers: [], sources: {} },
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...states), { minLength: 1, maxLength: 8 }),
        (course) => {
          const last = course.at(-1) ?? healthy;
          const shown = told(recorded(course));
          expect(shown).toEqual({ ...told(last), standing: shown.standing });
          const names = (live: LiveState) => Object.keys(live.sources).toSorted();
          expect(names(recorded(course))).toEqual(names(last));
        },
      ),
    );
  });

  it('takes nothing where nothing has changed, and only what has', () => {
    const history = createHistory();
    expect(sampleOf(healthy, healthy, history, NOW)).toBeNull();
    const alerted = { ...healthy, alerts: redisDead.alerts };
    expect(Object.keys(sampleOf(alerted, healthy, history, NOW) ?? {}).toSorted()).toEqual([
      'alerts',
      'system',
      'whole',
    ]);
  });

  it('begins with the recent past of its numbers, thinned', () => {
    const past = sampleOf(redisDead, null, historyOf(redisDead), NOW)?.past ?? [];
    expect(past.map(([series]) => series)).toContain('signal:p95');
    for (const [, points] of past) {
      expect(points.length).toBeLessThanOrEqual(31);
      expect(points.at(-1)?.[0]).toBe(NOW);
    }
  });

  it('is bounded on a host with thousands of containers', () => {
    const many = Array.from({ length: 10_000 }, (_, place) => container(`worker-${place}`));
    const crowded: LiveState = {
      ...healthy,
      facts: { ...healthy.facts, docker: fact('docker', 'containers', many) },
    };
    const sample = sampleOf(crowded, null, createHistory(), NOW);
    expect(JSON.stringify(sample).length).toBeLessThanOrEqual(SAMPLE_BYTES_MAX);
  });
});

/** A recorder of a region that changes each second, as a real one does. */
function recorder(recordedBytes = 0) {
  const clock = createFakeClock(NOW);
  const live = createStore<LiveState>(() => redisDead);
  const samples: { readonly at: number; readonly sample: Sample }[] = [];
  const write = (sample: Sample) => void samples.push({ at: clock.now() - NOW, sample });
  const history = historyOf(redisDead);
  const end = record({ live, history, clock, recordedBytes, write });
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second += 1) {
      const now = live.getState();
      const signals = Object.entries(now.signals).map(([key, reading]) => {
        return [key, { ...reading, value: (second % 7) / 7, observedAt: clock.now() }] as const;
      });
      const check = now.facts['/healthz'];
      const facts = check === undefined ? now.facts : { ...now.facts };
      live.setState({ signals: Object.fromEntries(signals), facts });
      await clock.advance(1000);
    }
  };
  const bytes = () => samples.reduce((sum, { sample }) => sum + JSON.stringify(sample).length, 0);
  return { clock, live, samples, seconds, bytes, end };
}

describe('the recorder', () => {
  it('takes all at once, then what changes, more seldom as time passes', async () => {
    const { end, samples, seconds } = recorder();
    expect(samples.map(({ sample }) => sample.whole)).toEqual([true]);
    await seconds(10 * 60);
    expect(samples.length).toBeGreaterThan(50);
    expect(samples.length).toBeLessThan(70);
    const before = samples.length;
    await seconds(10 * 60);
    expect(samples.length - before).toBeLessThan(25);
    end();
    await seconds(60);
    expect(samples.at(-1)?.at).toBeLessThanOrEqual(20 * 60_000);
  });

  it('takes an alert soon after it came', async () => {
    const { clock, live, samples, seconds } = recorder();
    await seconds(5);
    live.setState({ alerts: [] });
    await clock.advance(0);
    expect(samples.at(-1)).toMatchObject({ at: 5000, sample: { alerts: [] } });
  });

  it('takes half an hour of an incident in less than half a mebibyte', async () => {
    const { bytes, seconds } = recorder();
    await seconds(30 * 60);
    expect(bytes()).toBeLessThan(512 * 1024);
  });

  it('takes no more once an incident has its share', async () => {
    const { samples, seconds } = recorder(RECORDING_BYTES_MAX - 10_000);
    await seconds(60 * 60);
    const bytes = samples.reduce((sum, { sample }) => sum + JSON.stringify(sample).length, 0);
    expect(bytes).toBeLessThanOrEqual(10_000);
  });
});

it('a replay shows every container that was recorded, with its use', () => {
  const shown = recorded([healthy]);
  expect(containers(shown).map(({ name }) => name)).toEqual(
    containers(healthy).map(({ name }) => name),
  );
});

describe('the file of a recording', () => {
  function stateFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'opsconsole-recordings-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
  const sample: Sample = { whole: true, system: 'falcon', alerts: [] };

  it('gives back what was taken while the incident lasted, and hides secrets', () => {
    const file = recordingFile(stateFolder(), 'INC-1');
    const told = { source: 'logs', kind: 'check', value: { password: 'hunter2' } } as const;
    addSample(file, { at: 5, sample });
    addSample(file, { at: 10, sample: { ...sample, facts: [{ ...told, observedAt: 10 }] } });
    addSample(file, { at: 99, sample });
    expect(samplesOf(file, 5, 50).map(({ at }) => at)).toEqual([5, 10]);
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
    expect(recordedBytes(file)).toBe(statSync(file).size);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('survives a line that was cut off, and lines of something else', () => {
    const file = recordingFile(stateFolder(), 'INC-1');
    addSample(file, { at: 5, sample });
    appendFileSync(file, '{"at":6,"sample":{"who');
    addSample(file, { at: 7, sample });
    appendFileSync(file, 'null\n{"at":"x"}\n');
    expect(samplesOf(file, 0, 50).map(({ at }) => at)).toEqual([5, 7]);
    expect(samplesOf(recordingFile('/nowhere', 'INC-9'), 0, 50)).toEqual([]);
  });

  it('stays within its folder whatever an incident is called, and goes when it is one of too many', () => {
    const state = stateFolder();
    expect(recordingFile(state, '../../etc/passwd')).toBe(
      join(state, 'recordings', '------etc-passwd.jsonl'),
    );
    for (let number = 0; number < 103; number += 1) {
      const file = recordingFile(state, `INC-${number}`);
      addSample(file, { at: 5, sample });
      utimesSync(file, number, number);
    }
    pruneRecordings(state);
    const left = readdirSync(join(state, 'recordings'));
    expect(left).toHaveLength(100);
    expect(left).not.toContain('INC-2.jsonl');
    expect(left).toContain('INC-3.jsonl');
  });
});
