import type { RepositorySeed } from '../world/repository.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const tree = (version: string) => ({ 'models/artifacts.dvc': `version: ${version}\n` });

const run = (
  id: number,
  workflow: string,
  ageMs: number,
  more: Partial<RepositorySeed['runs'][number]> = {},
): RepositorySeed['runs'][number] => ({
  id,
  workflow,
  name: workflow.replace('.yml', ''),
  branch: 'main',
  sha: '4f2a9c1',
  ageMs,
  conclusion: 'success',
  ...more,
});

/** Its checkout, and what GitHub keeps of it. */
export const saasguardRepository: RepositorySeed = {
  branch: 'main',
  commits: [
    { sha: '4f2a9c1', title: 'Read the thresholds of drift from the settings', ageMs: 4 * DAY_MS },
    { sha: '9be03d7', title: 'Add free-tier customers', ageMs: 18 * DAY_MS },
    { sha: '2c81f60', title: 'Explain a prediction by its features', ageMs: 31 * DAY_MS },
  ],
  changes: [],
  tags: { 'v0.7.0': '4f2a9c1', 'model-v3': '4f2a9c1', 'model-v2': '9be03d7' },
  remoteTags: { 'v0.7.0': '4f2a9c1', 'model-v3': '4f2a9c1', 'model-v2': '9be03d7' },
  trees: { 'model-v3': tree('model-v3'), 'model-v2': tree('model-v2') },
  runs: [
    run(9107, 'ci.yml', 4 * DAY_MS),
    run(9103, 'data-pipeline.yml', 30 * HOUR_MS),
    run(9098, 'drift-monitor.yml', 20 * HOUR_MS),
    run(9061, 'data-pipeline.yml', 8 * DAY_MS),
    run(9055, 'drift-monitor.yml', 8 * DAY_MS),
  ],
  tickets: [{ number: 412, title: '[Drift Alert] PSI > 0.20 — tenure_days', closed: false }],
  pipelineMs: 6 * 60_000,
};
