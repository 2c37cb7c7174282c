import { describe, expect, it } from 'vitest';
import { loadDrills } from '../../../src/drills/load.ts';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import type { Pack } from '../../../src/runbooks/pack.ts';
import { falconPack } from '../runbooks/falcon.ts';

/** Packs whose system is simulated, and the leaves of theirs that no drill comes to, with the reason. */
const DRILLED: readonly (readonly [pack: Pack, undrilled: Readonly<Record<string, string>>])[] = [
  [
    falconPack(),
    {
      'falcon/worker-crash-loop end-holder':
        'a process of this host holds the port, and a simulation has and ends none',
      'falcon/health not-known':
        'the engine answers some questions and refuses others, which a simulated one never does',
      'falcon/high-error-rate rollback-commit': 'its tool, git, is not simulated for this system',
      'falcon/high-error-rate build': 'follows upon rollback-commit',
      'falcon/high-error-rate recreate-workers': 'follows upon rollback-commit',
    },
  ],
];

/** Those of a runbook's own: what it calls has drills of its own. */
const ownLeaves = (pack: Pack) =>
  pack.runbooks.flatMap((runbook) =>
    leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [`${runbook.id} ${id}`])),
  );

describe.each(DRILLED.map(([pack, undrilled]) => ({ system: pack.system, pack, undrilled })))(
  'every leaf of $system',
  ({ pack, undrilled }) => {
    const drilled = loadDrills([pack]).drills.flatMap(({ goesOnTo, leaf, runbook }) =>
      [leaf, ...goesOnTo].map((id) => `${runbook} ${id}`),
    );

    it('has a drill, or a reason why it has none', () => {
      const missing = ownLeaves(pack).filter((leaf) => !drilled.includes(leaf));
      expect(missing.toSorted()).toEqual(Object.keys(undrilled).toSorted());
    });
  },
);
