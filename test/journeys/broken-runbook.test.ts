import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDesk } from '../harness/journey.ts';
import { alive } from '../harness/journey-screen.ts';
import { REPOSITORY } from '../harness/launcher-places.ts';
import { describeOnStack } from '../harness/suites.ts';

const unknownProbe = `id: falcon/half-done
title: Half done
severity: P2
steps:
  - id: one
    check: Is it there?
    probe: docker.containr
    branches: [{ because: it is, to: done }]
leaves:
  - { id: done, decide: Nothing more, checklist: [look], ends: watching }
`;
const noYaml = 'id: falcon/torn\nsteps: [\nleaves: }\n';

/** A pack folder as somebody has it who has begun to change the packaged one. */
function changedPack(home: string): string {
  const packs = join(home, 'packs');
  mkdirSync(packs);
  cpSync(join(REPOSITORY, 'runbooks/falcon'), join(packs, 'falcon'), { recursive: true });
  writeFileSync(join(packs, 'falcon/half-done.yaml'), unknownProbe);
  writeFileSync(join(packs, 'falcon/torn.yaml'), noYaml);
  return packs;
}

describeOnStack('a runbook with errors', (stack) => {
  test('is named with file, line, column and mend, and the rest is there', async () => {
    const desk = openDesk(stack());
    const packs = changedPack(desk.home);

    const lint = await desk.run('runbooks', 'lint', packs);
    expect(lint.code).toBe(1);
    expect(lint.stdout).toMatch(
      /falcon\/half-done\.yaml:7:12: error: .*docker\.containr.*; .*docker\.container/,
    );
    expect(lint.stdout).toMatch(/falcon\/torn\.yaml:\d+:\d+: error: not valid YAML: .*; \S/);
    const list = await desk.ask('runbooks-list', 'runbooks', 'list', '--packs', packs);
    expect(list.map(({ id }) => id)).toContain('falcon/redis-down');
    expect(list.map(({ id }) => id)).not.toContain('falcon/half-done');

    const terminal = await desk.open({ args: ['--packs', packs] });
    await alive(terminal);
    await terminal.until(/▲ \d errors in runbook files: opsconsole runbooks lint/);
    await terminal.press('R');
    await terminal.until(/d +Redis down, or its breaker open/);
  });
});
