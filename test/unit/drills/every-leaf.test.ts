import { describe, expect, it } from 'vitest';
import { loadDrills } from '../../../src/drills/load.ts';
import { isLeaf, leavesOf, type Runbook } from '../../../src/runbooks/graph.ts';
import { loaded } from '../runbooks/falcon.ts';

/** The systems that are simulated. */
const SIMULATED = ['saasguard', 'featuresignals', 'falcon'];

/** The leaves a run comes to that begins at one and ends well: each is followed by what it names. */
function courseFrom(runbook: Runbook, first: string): readonly string[] {
  const course: string[] = [];
  for (let id: string | null = first; id !== null && !course.includes(id); ) {
    const node = runbook.nodes.get(id);
    if (node === undefined || !isLeaf(node)) break;
    course.push(id);
    id = node.kind === 'do' || node.kind === 'verify' ? node.then : null;
  }
  return course;
}

const packs = loaded.packs.filter(({ system }) => SIMULATED.includes(system));

describe.each(packs.map((pack) => ({ system: pack.system, pack })))(
  'every leaf of $system',
  ({ pack }) => {
    const drilled = loadDrills([pack]).drills.flatMap(({ after, goesOnTo, leaf, ...drill }) => {
      const runbook = pack.runbooks.find(({ id }) => id === drill.runbook);
      const own = runbook === undefined ? [] : courseFrom(runbook, leaf);
      return [...after, ...goesOnTo, ...own].map((id) => `${drill.runbook} ${id}`);
    });

    it('has a drill', () => {
      // What a runbook calls has drills of its own.
      const leaves = pack.runbooks.flatMap((runbook) =>
        leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [`${runbook.id} ${id}`])),
      );
      expect(leaves.filter((leaf) => !drilled.includes(leaf))).toEqual([]);
    });
  },
);

it('is held of each system that is simulated', () => {
  expect(packs.map(({ system }) => system).toSorted()).toEqual(SIMULATED.toSorted());
});
