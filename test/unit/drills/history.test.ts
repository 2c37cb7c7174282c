import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contract } from '../../../src/commands/contract.ts';
import { drillHistoryCommand } from '../../../src/commands/drill-history.ts';
import {
  addToDrillHistory,
  type DrillRecord,
  readDrillHistory,
} from '../../../src/drills/history.ts';
import { scoreCard } from '../../../src/drills/score-card.ts';
import { keptOutput } from '../commands/output.ts';

function historyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-drills-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'drills', 'history.jsonl');
}

const record = (change: Partial<DrillRecord> = {}): DrillRecord => ({
  id: 'falcon/redis-killed',
  class: 'acting',
  at: '2026-03-01T10:00:00.000Z',
  operator: 'ops',
  result: 'verified',
  acknowledgedMs: 4000,
  leafMs: 6000,
  verifiedMs: 102_000,
  targetMs: 300_000,
  wrongTurns: [{ kind: 'back', afterMs: 5000, runbook: 'falcon/redis-down', step: 'memory' }],
  seed: 1,
  journal: '/state/drills/falcon-redis-killed/journal.db',
  ...change,
});

describe('the history of drills', () => {
  it('is told newest first, in words and as the contract says', () => {
    const file = historyFile();
    addToDrillHistory(file, record());
    addToDrillHistory(file, record({ id: 'falcon/redis-removed', class: 'escalating' }));
    addToDrillHistory(file, record({ id: 'falcon/overload', result: 'left', verifiedMs: null }));
    const json = keptOutput(true);
    expect(drillHistoryCommand(json, file)).toBe(0);
    const told = contract['drill-history'].parse(JSON.parse(json.written.join('')));
    expect(told.map(({ id }) => id)).toEqual([
      'falcon/overload',
      'falcon/redis-removed',
      'falcon/redis-killed',
    ]);
    const words = keptOutput(false);
    drillHistoryCommand(words, file);
    expect(words.written.join('\n')).toMatch(/falcon\/overload +4s +6s +left +1/);
    expect(words.written.join('\n')).toMatch(/falcon\/redis-removed +4s +6s +1m42s, handed up +1/);
    expect(words.written.join('\n')).toMatch(/falcon\/redis-killed +4s +6s +1m42s of 5m +1/);
  });

  it('says so when there is none', () => {
    const output = keptOutput(false);
    expect(drillHistoryCommand(output, historyFile())).toBe(0);
    expect(output.written.join('')).toContain('No drill was performed');
  });

  it('survives a line that was cut off, and lines of something else', () => {
    const file = historyFile();
    addToDrillHistory(file, record());
    appendFileSync(file, '{"id":"falcon/ov');
    addToDrillHistory(file, record({ id: 'falcon/redis-full' }));
    appendFileSync(file, '\u0000\u0000\n{"id":1}\n');
    const { damaged, records } = readDrillHistory(file);
    expect(records.map(({ id }) => id)).toEqual(['falcon/redis-killed', 'falcon/redis-full']);
    expect(damaged).toBe(3);
    const output = keptOutput(false);
    drillHistoryCommand(output, file);
    expect(output.notes.join('')).toContain('3 lines');
  });

  it('keeps the newest when it has grown too large', () => {
    const file = historyFile();
    addToDrillHistory(file, record());
    const line = readFileSync(file, 'utf8');
    writeFileSync(file, line.repeat(Math.ceil((1024 * 1024) / line.length) + 1));
    addToDrillHistory(file, record({ id: 'falcon/redis-full' }));
    const { records } = readDrillHistory(file);
    expect(records).toHaveLength(500);
    expect(records.at(-1)?.id).toBe('falcon/redis-full');
    expect(statSync(file).size).toBeLessThan(500 * (line.length + 100));
  });
});

describe('the score card', () => {
  it('says each figure, the target, and where one went wrong', () => {
    expect(scoreCard(record())).toEqual([
      'falcon/redis-killed: over, and proved',
      'acknowledged  4s',
      'right leaf    6s',
      'verified      1m42s   target 5m: within it',
      'wrong turns   1',
      '  5s      went back from memory of falcon/redis-down',
    ]);
  });

  it('says how one ended that proves nothing', () => {
    const escalated = record({ class: 'escalating', targetMs: null, wrongTurns: [] });
    expect(scoreCard(escalated).slice(0, 4)).toEqual([
      'falcon/redis-killed: over, and handed up',
      'acknowledged  4s',
      'right leaf    6s',
      'handed up     1m42s',
    ]);
    const [title] = scoreCard(record({ class: 'deciding', result: 'ended', verifiedMs: null }));
    expect(title).toBe('falcon/redis-killed: over, and not decided');
  });

  it('says what never happened', () => {
    const left = { result: 'left', leafMs: null, verifiedMs: null, targetMs: null } as const;
    expect(scoreCard(record({ ...left, wrongTurns: [] }))).toEqual([
      'falcon/redis-killed: left before it was over',
      'acknowledged  4s',
      'right leaf    never',
      'verified      never',
      'wrong turns   none',
    ]);
  });
});
