import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAlert,
  decodeSilence,
  noticesOf,
} from '../../../src/integrations/alertmanager/decode.ts';
import { elements } from '../../../src/integrations/web/elements.ts';

function cut(text: string, sizes: readonly number[]) {
  const list = elements();
  const found: string[] = [];
  let at = 0;
  for (const size of [...sizes, text.length]) {
    found.push(...list.feed(text.slice(at, at + size)));
    at += size;
  }
  return { found, whole: list.whole };
}

describe('the elements of a list', () => {
  it('are those JSON sees, however the text is spaced and cut', () => {
    const property = fc.property(
      fc.array(fc.jsonValue(), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 3 }),
      (values, sizes, indent) => {
        const { found, whole } = cut(` ${JSON.stringify(values, null, indent)}\n`, sizes);
        expect(whole).toBe(true);
        expect(found.map((text): unknown => JSON.parse(text))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      },
    );
    fc.assert(property);
  });

  it.each(['', '  ', '{"a":1}', '"text"', 'null', '[', '[{"a":1}', '[{"a":"]'])(
    'are not there in %j',
    (text) => {
      expect(cut(text, [1]).whole).toBe(false);
    },
  );

  it('of any text at all end without an error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        cut(text, [3]);
      }),
    );
  });
});

describe('an alert', () => {
  const wire = (change: object = {}) => ({
    fingerprint: 'f1',
    labels: { alertname: 'Down', severity: 'critical' },
    annotations: { summary: 'it is down' },
    startsAt: '2026-01-02T03:04:05.678Z',
    status: { state: 'active', silencedBy: [], inhibitedBy: [] },
    ...change,
  });
  const notice = (change: object = {}) => decodeAlert(wire(change))?.notice;

  it('has its state in one word', () => {
    const state = (status: object) => notice({ status })?.state;
    expect(state({ state: 'active' })).toBe('firing');
    expect(state({ state: 'unprocessed' })).toBe('pending');
    expect(state({ state: 'suppressed', silencedBy: ['s'], inhibitedBy: [] })).toBe('silenced');
    expect(state({ state: 'suppressed', silencedBy: [], inhibitedBy: ['f0'] })).toBe('inhibited');
  });

  it('falls back where something is missing', () => {
    expect(notice({ labels: {}, annotations: { description: 'long' } })).toMatchObject({
      name: 'an alert without a name',
      severity: null,
      summary: 'long',
      runbookUrl: null,
    });
    expect(notice({ annotations: { runbook_url: 'javascript:alert(1)' } })?.runbookUrl).toBeNull();
    expect(notice({ labels: { alertname: 'A', priority: 'P1' } })?.severity).toBe('P1');
  });

  it('is none without its fingerprint, time or state', () => {
    for (const change of [{ fingerprint: 5 }, { startsAt: 'noon' }, { status: null }]) {
      expect(decodeAlert(wire(change))).toBeNull();
    }
    for (const value of [null, 'text', 5, []]) expect(decodeAlert(value)).toBeNull();
  });

  it('is bounded in labels and lengths', () => {
    const labels = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`l${n}`, 'x']));
    const long = notice({ labels, annotations: { summary: 'x'.repeat(10_000) } });
    expect(Object.keys(long?.labels ?? {})).toHaveLength(50);
    expect(long?.summary).toHaveLength(500);
  });

  it('under several silences tells the one that lasts longest', () => {
    const status = { state: 'suppressed', silencedBy: ['a', 'b', 'gone'], inhibitedBy: [] };
    const alert = decodeAlert(wire({ status }));
    const silence = (id: string, endsAt: string) =>
      decodeSilence({ id, createdBy: 'alice\u0007', comment: 'why', endsAt });
    const silences = [silence('a', '2026-01-01T00:00:00Z'), silence('b', '2026-01-02T00:00:00Z')];
    const known = new Map(silences.flatMap((one) => (one === null ? [] : [[one.id, one]])));
    expect(
      noticesOf(alert === null ? [] : [alert], { known, problem: null }, 10)[0]?.silence,
    ).toEqual({
      id: 'b',
      by: 'alice',
      until: Date.parse('2026-01-02T00:00:00Z'),
      comment: 'why',
    });
  });
});
