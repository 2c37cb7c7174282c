import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src/drills/drill.ts';
import { loadDrills } from '../../../src/drills/load.ts';
import { isLeaf } from '../../../src/runbooks/graph.ts';
import { saasguardFaults } from '../../../src/simulator/systems/saasguard-faults.ts';
import { loaded } from '../runbooks/falcon.ts';

const packs = loaded.packs.filter(({ system }) => system === 'saasguard');
const { diagnostics, drills } = loadDrills(packs);

/** The leaves that faults and findings lead to, by procedure. */
const LEAVES: Readonly<Record<string, readonly string[]>> = {
  'api-liveness': ['restart-api', 'crash-loop'],
  'api-readiness': ['dvc-pull', 'dvc-repro'],
  'superset-unreachable': ['restart-superset', 'rebuild-volume'],
  'high-latency': ['tune-workers', 'scale-api'],
  'model-drift': [
    'watch',
    'refresh-data',
    'retrain',
    'new-segment',
    'escalate-primary',
    'escalate-systemic',
  ],
  'prediction-errors': [
    'restore-model',
    'build-churn-mart',
    'verify-customer',
    'build-expansion-mart',
  ],
  release: ['tag-release', 'blocked'],
  rollback: ['roll-back', 'pull-image'],
  'emergency-stop': ['stop-api', 'restore-api'],
  'data-refresh': ['store-failures', 'run-models', 'done'],
  'duckdb-permissions': ['fix-owner', 'fix-mode'],
  retrain: ['repro'],
  'model-rollback': ['restore-files'],
  'build-validation': ['build-data-gen'],
  'drift-baseline': ['in-docker', 'locally', 'in-ci'],
  diagnostics: ['well', 'cors'],
};

describe('the drills of SaaSGuard', () => {
  it('all load, break something there is, and name a leaf of their class', () => {
    expect(diagnostics).toEqual([]);
    const faults = saasguardFaults.map(({ id }) => id);
    for (const drill of drills) {
      expect(faults, drill.id).toContain(drill.fault);
      const runbook = packs[0]?.runbooks.find(({ id }) => id === drill.runbook);
      const leaf = runbook?.nodes.get(drill.leaf);
      expect(leaf !== undefined && isLeaf(leaf) && classOf(leaf), drill.id).toBe(drill.class);
    }
  });

  it('are there for every leaf of its procedures', () => {
    const wanted = Object.entries(LEAVES).flatMap(([runbook, leaves]) =>
      leaves.map((leaf) => `saasguard/${runbook} ${leaf}`),
    );
    const drilled = drills.map(({ leaf, runbook }) => `${runbook} ${leaf}`);
    expect(wanted.filter((one) => !drilled.includes(one))).toEqual([]);
  });

  it('leave no fault unused', () => {
    const used = new Set(drills.map(({ fault }) => fault));
    expect(saasguardFaults.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
  });
});
