import type { Change } from '../world/change.ts';
import type { Repository } from '../world/repository.ts';
import type { ImageContent } from '../world/supply.ts';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** What every release of the workers does but those that are broken. */
export const sound = { errorShare: 0, inferenceMs: 60 };

/** The image of the workers as their Dockerfile makes it. */
export const workerContent: ImageContent = {
  sizeBytes: 1180 * MIB,
  labels: {},
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  command: ['uvicorn', 'app.main:app', '--host', '0.0.0.0', '--port', '8000'],
  program: 'falcon-worker',
  release: sound,
};

/** The commit that runs, and one before it. */
export const commits = [
  {
    ...{ sha: '8d3b6f0a2c7e4915b8d1f63a0e5c29d7b4f81a36', release: sound, ageMs: 3 * DAY_MS },
    title: 'Keep answers under a hash of the text',
  },
  {
    ...{ sha: '41c9e7d2a5b80f36c1d94e7a2b5f80c3d69e1a47', release: sound, ageMs: 17 * DAY_MS },
    title: 'Count hits of the cache',
  },
] as const;

/** A moment long before the world begins: only their order counts. */
const LONG_AGO = 1_700_000_000_000;

/** A commit that fails so many of what reaches its model, on top of those there were. */
export function brokenCommit(errorShare: number): Change {
  const bad = {
    sha: 'e70a5c1d93b2f846a0c7d15e8b39f2046cd81b5e',
    title: 'Read features of the new encoder',
    release: { ...sound, errorShare },
    at: LONG_AGO,
  };
  const before = commits.map(({ ageMs, ...commit }) => ({ ...commit, at: LONG_AGO - ageMs }));
  const repository: Partial<Repository> = { commits: [bad, ...before] };
  return { kind: 'repository', repository };
}

/** A release of the workers that does something else. */
export function release(does: { readonly [name: string]: unknown }): Change {
  return {
    kind: 'add-image',
    image: {
      refs: ['falcon/worker:latest', 'falcon/worker:1.1.0'],
      ...workerContent,
      sizeBytes: 1182 * MIB,
      env: {},
      release: { ...sound, ...does },
    },
  };
}
