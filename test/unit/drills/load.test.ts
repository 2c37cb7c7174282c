import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classOf, weightOf } from '../../../src/drills/drill.ts';
import { loadDrills } from '../../../src/drills/load.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { isLeaf } from '../../../src/runbooks/graph.ts';
import { systemOf } from '../../../src/simulator/systems/systems.ts';
import { falconPack } from '../runbooks/falcon.ts';

const falcon = falconPack();

const GOOD = `id: falcon/one
title: Redis was killed
runbook: falcon/redis-down
leaf: restart-redis
class: acting
fault: redis-killed
`;

/** The pack of Falcon, as if these were the files of its drills. */
function loaded(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-drills-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'drills'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'drills', name), text);
  }
  const runbooks = falcon.runbooks.map((one) => ({ ...one, file: join(folder, 'any.yaml') }));
  const { diagnostics, drills } = loadDrills([{ ...falcon, runbooks }]);
  const told = diagnostics.map((one) => formatDiagnostic(one).replace(`${folder}/drills/`, ''));
  return { drills, told };
}

describe('drills', () => {
  it('are read with what they leave out', () => {
    const [drill] = loaded({ 'one.yaml': GOOD }).drills;
    expect(drill).toMatchObject({ id: 'falcon/one', class: 'acting', script: [], alsoHelps: [] });
  });

  it('tell what is wrong, where, and how to mend it; the others are read', () => {
    const { drills, told } = loaded({
      'class.yaml': GOOD.replace('acting', 'deciding').replace('/one', '/class'),
      'good.yaml': GOOD,
      'leaf.yaml': GOOD.replace('restart-redis', 'restart-reddis').replace('/one', '/leaf'),
      'same.yaml': GOOD,
      'script.yaml': `${GOOD.replace('/one', '/script')}script:\n  - { at: room-for-write, done: true }\n`,
      'word.yaml': `${GOOD}colour: red\n`,
    });
    expect(drills.map(({ id }) => id)).toEqual(['falcon/one']);
    expect(told).toEqual([
      expect.stringMatching(
        /^class\.yaml:5:8: error: restart-redis is a leaf that is acting; write/,
      ),
      expect.stringMatching(
        /^leaf\.yaml:4:7: error: falcon\/redis-down has no leaf restart-reddis/,
      ),
      expect.stringMatching(/same\.yaml:1:1: error: .*good\.yaml has the id falcon\/one already/),
      expect.stringMatching(
        /^script\.yaml:8:11: error: .* has no step room-for-write; did you mean/,
      ),
      expect.stringMatching(/^word\.yaml:7:1: error: /),
    ]);
  });

  it('of Falcon all load, break something there is, and name a leaf of their class', () => {
    const { diagnostics, drills } = loadDrills([falcon]);
    expect(diagnostics).toEqual([]);
    expect(drills.length).toBeGreaterThan(0);
    const faults = systemOf('falcon').faults.map(({ id }) => id);
    for (const drill of drills) {
      expect(faults).toContain(drill.fault);
      const nodes = falcon.runbooks.find(({ id }) => id === drill.runbook)?.nodes;
      const course = [drill.leaf, ...drill.goesOnTo].flatMap((id) => nodes?.get(id) ?? []);
      const leaf = weightOf(course.filter(isLeaf));
      expect(leaf !== null && classOf(leaf)).toBe(drill.class);
    }
  });
});
