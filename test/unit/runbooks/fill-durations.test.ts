import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatExact, parseDuration } from '../../../src/domain/duration.ts';
import { createCatalogue } from '../../../src/runbooks/catalogue.ts';
import { fillDurations } from '../../../src/runbooks/fill-durations.ts';
import { noFacts } from '../../../src/runbooks/reader.ts';
import { createReport } from '../../../src/runbooks/report.ts';
import { parseYaml } from '../../../src/runbooks/yaml-file.ts';

function filled(text: string, durations: Readonly<Record<string, number>> | null) {
  const parsed = parseYaml(text, 'x.yaml');
  if (!('ok' in parsed)) throw new Error('no YAML');
  const report = createReport(parsed.ok);
  const facts = { ...noFacts, durations };
  const reader = { report, facts, catalogue: createCatalogue([], []), node: null, references: [] };
  return { value: fillDurations(reader, parsed.ok.value), diagnostics: report.diagnostics };
}

describe('named durations in texts', () => {
  test('stand wherever a text names them, as the region has them', () => {
    const { value, diagnostics } = filled(
      "with: { olderThan: '{{durations.long}}' }\nwords: ['over {{ durations.long }} old', 4]",
      { long: 300_000 },
    );
    expect(value).toEqual({ with: { olderThan: '5m' }, words: ['over 5m old', 4] });
    expect(diagnostics).toEqual([]);
  });

  test('that the pack does not have are an error with the place and the likely name', () => {
    const { diagnostics } = filled("with:\n  olderThan: '{{durations.lnog}}'", { long: 1000 });
    expect(diagnostics).toMatchObject([
      { level: 'error', line: 2, mend: expect.stringContaining('long') },
    ]);
  });

  test('stay as they are where no pack is known', () => {
    const { value, diagnostics } = filled("a: '{{durations.x}}'", null);
    expect([value, diagnostics]).toEqual([{ a: '{{durations.x}}' }, []]);
  });

  test('are written so that they are read back without loss', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDuration(formatExact(ms))).toBe(ms);
      }),
    );
  });
});
