import { describe, expect, it } from 'vitest';
import { renderText, renderValues } from '../../../src/templates/template.ts';
import { checkTemplate } from '../../../src/templates/template-names.ts';

const scope = {
  result: {
    state: 'exited',
    exitCode: 137,
    oomKilled: true,
    usedMemory: 123_456_789,
    share: 0.061,
    latency: 12.3456,
    ageMs: 130_000,
    at: 1_000,
    networks: ['a', 'b'],
    nothing: null,
    slowest: { command: 'SORT big' },
    hostile: '\u001b[31mred\u001b[0m\nnext',
  },
  signals: { p95: 1.42345, breaker: { redis: 'open' } },
  run: { id: 'R-1', attempt: 3 },
};

describe('a template', () => {
  it.each([
    [
      'Redis is {{state}} (exit {{exitCode}}{{#oomKilled}}, out of memory{{/oomKilled}})',
      'Redis is exited (exit 137, out of memory)',
    ],
    ['{{result.state}} {{{state}}} {{&state}}', 'exited exited exited'],
    ['{{usedMemory | bytes}} {{share | percent}} {{latency | milliseconds}}', '118M 6.1 % 12 ms'],
    [
      '{{ageMs | duration}} {{signals.p95 | seconds}} {{at | time}}',
      '2m10s 1.42 s 1970-01-01T00:00:01Z',
    ],
    ['{{latency}} {{usedMemory}}', '12.35 123456789'],
    ['{{networks}}:{{#networks}} <{{.}}>{{/networks}}', 'a, b: <a> <b>'],
    ['{{#slowest}}{{command}} in {{run.id}}{{/slowest}}', 'SORT big in R-1'],
    ['{{slowest.command}} {{signals.breaker.redis}} {{run.attempt}}', 'SORT big open 3'],
    ['[{{nothing}}{{missing}}{{missing.deeper}}]{{^nothing}} none{{/nothing}}', '[] none'],
    ['{{constructor}}{{toString}}{{__proto__}}{{signals.constructor.name}}', ''],
    ['{{hostile}}', 'red next'],
    ['<&"\'/>', '<&"\'/>'],
    ['{{#open}} left open', '{{#open}} left open'],
  ])('%s', (template, text) => {
    expect(renderText(template, scope)).toBe(text);
  });

  it('is cut to a bound', () => {
    const text = renderText('{{long}}', { result: { long: 'x'.repeat(5_000) } });
    expect(text).toHaveLength(1_000);
    expect(text.endsWith('…')).toBe(true);
  });

  it('fills the texts of inputs, and keeps numbers that stand alone', () => {
    const filled = renderValues(
      { port: '{{result.exitCode}}', body: { text: ['run {{run.id}}', '{{missing}}'] }, times: 6 },
      scope,
    );
    expect(filled).toEqual({ port: 137, body: { text: ['run R-1', ''] }, times: 6 });
  });

  it('leaves what a file gives as it stands, lines and length, and joins only what comes from outside', () => {
    const query = `-- how many\nSELECT 1 -- ${'x'.repeat(2000)}\n`;
    const script = 'echo {{run.id}} # note\necho {{hostile}}\n';
    expect(renderValues({ query, script }, scope)).toEqual({
      query,
      script: 'echo R-1 # note\necho red next\n',
    });
  });

  it('tells its names, their units and where they stand', () => {
    expect(checkTemplate('a {{b.c | bytes}} {{#d}}{{e}}{{/d}} {{^f}}{{/f}}')).toEqual({
      ok: [
        { path: ['b', 'c'], filter: 'bytes', offset: 2, nested: false },
        { path: ['d'], filter: null, offset: 18, nested: false },
        { path: ['e'], filter: null, offset: 24, nested: true },
        { path: ['f'], filter: null, offset: 36, nested: false },
      ],
    });
  });

  it.each([
    ['a {{#open}} b', 'unclosed section "open"'],
    ['a {{b', 'unclosed tag'],
    ['{{/b}}', 'unopened section "b"'],
    ['{{> other}}', 'partials are not known here: other'],
  ])('%s is refused', (template, message) => {
    expect(checkTemplate(template)).toMatchObject({ error: { message } });
  });
});
