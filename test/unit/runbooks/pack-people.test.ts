import { describe, expect, it } from 'vitest';
import { buildPack } from '../../../src/runbooks/build-pack.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { parseYaml } from '../../../src/runbooks/yaml-file.ts';
import { renderMessage } from '../../../src/templates/template.ts';

function build(body: string) {
  const parsed = parseYaml(`system: demo\ntitle: T\n${body}`, 'pack.yaml');
  if ('diagnostics' in parsed) throw new Error(parsed.diagnostics[0]?.message);
  const { pack, facts, diagnostics } = buildPack(parsed.ok, {});
  return { pack, facts, lines: diagnostics.map((d) => formatDiagnostic(d).slice(10)) };
}

const good = `roles:
  worker: [worker-1, worker-2]
  cache: { services: [redis], label: tier=cache }
severities:
  P1: { meaning: bad, contacts: [SRE], respond-within: 1h }
contacts:
  - { name: SRE, role: on call, email: sre@example.org }
  - { name: Manager }
templates:
  update: |
    {{run.incident}} goes on.
    Next update soon.
checklists:
  aftermath: [Write it down]
requires:
  env: [{ name: SECRET_KEY, role: worker, secret: true }, { name: LEVEL, required: false, default: INFO }]
  commands: [docker]
`;

describe('what a pack shares', () => {
  it('is read with what is left out', () => {
    const { pack, facts, lines } = build(good);
    expect(lines).toEqual([]);
    expect(pack).toMatchObject({
      roles: [
        { role: 'worker', services: ['worker-1', 'worker-2'] },
        { role: 'cache', services: ['redis'], label: 'tier=cache' },
      ],
      contacts: [
        { name: 'SRE', role: 'on call', phone: null, email: 'sre@example.org', channel: null },
        { name: 'Manager', role: null, phone: null, email: null, channel: null },
      ],
      checklists: { aftermath: ['Write it down'] },
      requires: {
        env: [
          { name: 'SECRET_KEY', role: 'worker', required: true, secret: true, default: null },
          { name: 'LEVEL', role: null, required: false, secret: false, default: 'INFO' },
        ],
        commands: ['docker'],
      },
    });
    expect(facts.contacts).toEqual(new Set(['SRE', 'Manager']));
  });

  it('need not be there', () => {
    const { pack, lines } = build('roles: {}\nseverities: {}\n');
    expect(lines).toEqual([]);
    expect(pack).toMatchObject({
      contacts: [],
      templates: {},
      checklists: {},
      requires: { env: [], commands: [] },
    });
  });

  it.each([
    ['label: tier=cache', 'label: tier', /^5:38: error: `label` .*a label is written key=value/],
    ['{ name: Manager }', '{ name: SRE }', /^10:13: error: the contact `SRE` is there twice/],
    [
      'contacts: [SRE]',
      'contacts: [SER]',
      /^7:34: warning: `SER` is not among the `contacts`; did/,
    ],
    ['{{run.incident}}', '{{#run.incident}}', /^14:22: error: placeholder cannot be read/],
    [
      'role: worker,',
      'role: wroker,',
      /^18:35: error: the pack has no role `wroker`; did you mean/,
    ],
    ['SECRET_KEY', 'SECRET KEY', /^18:17: error: `name` .*a variable is letters, digits and _/],
  ])('with %s as %s is told at its place', (what, as, pattern) => {
    expect(build(good.replace(what, as)).lines).toEqual([expect.stringMatching(pattern)]);
  });
});

describe('a message', () => {
  it('keeps its lines, and no control character', () => {
    const scope = { run: { incident: 'INC-1\u001b[31m' }, inputs: { who: 'a\nb' } };
    expect(renderMessage('{{run.incident}} goes on.\n\nBy {{inputs.who}}\n', scope)).toBe(
      'INC-1 goes on.\n\nBy a\nb',
    );
  });

  it('is cut to a bound', () => {
    expect(renderMessage('x'.repeat(10_000), {})).toHaveLength(8000);
  });
});
