/** A commit. */
interface Commit {
  readonly sha: string;
  readonly title: string;
  /** What the images that are built of it do; as those of any other unless told. */
  readonly release?: { readonly errorShare: number; readonly inferenceMs: number };
  readonly at: number;
}

/** A run of the pipeline that a repository's host keeps. */
export interface PipelineRun {
  readonly id: number;
  readonly workflow: string;
  readonly name: string;
  readonly branch: string;
  readonly sha: string;
  readonly createdAt: number;
  readonly endsAt: number;
  /** As it ends. */
  readonly conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
}

/** A ticket. */
export interface Ticket {
  readonly number: number;
  readonly title: string;
  readonly closed: boolean;
}

/** A checkout with git, and what its host knows. */
export interface Repository {
  readonly branch: string;
  /** The newest first. */
  readonly commits: readonly Commit[];
  /** The commit that is checked out, where it is not the newest. */
  readonly head?: string;
  /** The one that was checked out before it. */
  readonly before?: string;
  /** Files that were changed and not committed. */
  readonly changes: readonly string[];
  /** To their commits. */
  readonly tags: Readonly<Record<string, string>>;
  readonly remoteTags: Readonly<Record<string, string>>;
  /** Files of the folder as a tag has them, by tag. */
  readonly trees: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly runs: readonly PipelineRun[];
  readonly tickets: readonly Ticket[];
  /** How long the pipeline takes for a tag that is pushed. */
  readonly pipelineMs: number;
  /** How it ends: well unless told. */
  readonly pipelineEnds?: PipelineRun['conclusion'];
}

/** A repository before the world begins: ages instead of moments. */
export interface RepositorySeed extends Omit<Repository, 'commits' | 'runs'> {
  readonly commits: readonly (Omit<Commit, 'at'> & { readonly ageMs: number })[];
  readonly runs: readonly (Omit<PipelineRun, 'createdAt' | 'endsAt'> & {
    readonly ageMs: number;
  })[];
}

const EMPTY: RepositorySeed = {
  branch: 'main',
  commits: [],
  changes: [],
  tags: {},
  remoteTags: {},
  trees: {},
  runs: [],
  tickets: [],
  pipelineMs: 0,
};

/** How long runs of before took. */
const RAN_MS = 9 * 60_000;

/** The repository as the world begins. */
export function firstRepository(given: RepositorySeed | undefined, now: number): Repository {
  const seed = given ?? EMPTY;
  return {
    ...seed,
    commits: seed.commits.map(({ ageMs, ...commit }) => ({ ...commit, at: now - ageMs })),
    runs: seed.runs.map(({ ageMs, ...run }) => {
      return { ...run, createdAt: now - ageMs, endsAt: now - ageMs + RAN_MS };
    }),
  };
}
