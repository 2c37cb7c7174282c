import { describe, expect, test } from 'vitest';
import type { CheckRow } from '../../../src/console/tables/checks.ts';
import type { Check } from '../../../src/domain/check.ts';
import type { Container } from '../../../src/domain/container.ts';
import { createHistory } from '../../../src/live/history.ts';
import { checkDetail } from '../../../views/details/check.ts';
import { containerDetail } from '../../../views/details/container.ts';
import type { Line } from '../../../views/present/line.ts';
import { container, empty, NOW, source } from '../../fixtures/live.ts';

const context = (width = 80) => ({ live: empty, history: createHistory(), width });
const plain = (line: Line) => line.map((span) => ('text' in span ? span.text : '<>')).join('');

describe('the detail of a check', () => {
  const check: Check = {
    name: 'readyz',
    url: 'http://gateway/readyz',
    ok: true,
    status: 200,
    latencyMs: 12,
    error: null,
    fields: {},
  };
  const lines = (fields: Check['fields'], width = 80) => {
    const row: CheckRow = {
      source: source('readyz', 'check'),
      check: { value: { ...check, fields }, observedAt: NOW },
      certificate: null,
      expiry: null,
    };
    return checkDetail.lines(row, context(width)).map(plain);
  };
  const below = (all: readonly string[], title: string) => all[all.indexOf(` ${title}`) + 1];

  test('lists the fields of the answer, one that is empty in words', () => {
    const all = lines({ status: 'ready', note: '' });
    expect(below(all, 'Fields of the answer')).toBe('   status         ready');
    expect(all).toContain('   note           empty');
  });

  test('says that an answer has no fields', () => {
    expect(below(lines({}), 'Fields of the answer')).toBe(
      '   none: it is no JSON, or nothing in it is a plain value',
    );
    expect(lines({}, 40).every((line) => line.length <= 40)).toBe(true);
  });
});

describe('the health of a container in its detail', () => {
  const lines = (change: Partial<Container>) => {
    const row = { container: container('api', change), usage: null, label: 'api' };
    const all = containerDetail.lines(row, context()).map(plain);
    const at = all.findIndex((line) => line.startsWith('   health '));
    return [all[at], all[at + 1]?.startsWith('   it said') ? all[at + 1] : null];
  };
  const probe = { failingStreak: 4, failingSince: NOW - 60_000, output: 'connection refused' };

  test('says that none is declared', () => {
    expect(lines({ health: 'none', probe: null })).toEqual([
      '   health         no health check is declared',
      null,
    ]);
  });

  test('says for how long it has failed, and what it said', () => {
    expect(lines({ health: 'unhealthy', probe })).toEqual([
      '   health         unhealthy, 4 failed in a row<>',
      '   it said        connection refused',
    ]);
    expect(
      lines({ health: 'unhealthy', probe: { ...probe, failingSince: null, output: '' } }),
    ).toEqual(['   health         unhealthy, 4 failed in a row', null]);
  });

  test('says nothing of failures where the last check passed, or none has run', () => {
    const passed = { ...probe, failingStreak: 0 };
    expect(lines({ health: 'healthy', probe: passed })).toEqual([
      '   health         healthy',
      null,
    ]);
    expect(lines({ health: 'starting', probe: null })).toEqual([
      '   health         starting',
      null,
    ]);
  });
});
