import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Caller } from '../compose/failure.ts';
import type { PipelineRun, Repository } from '../world/repository.ts';
import { fits, option } from './options.ts';
import type { Tool, Toolbox } from './tool.ts';

/** What a subcommand works on. */
interface Call {
  readonly box: Toolbox;
  readonly repository: Repository;
  readonly words: readonly string[];
  readonly folder: string;
  readonly caller: Caller;
}

type Verb = (call: Call) => Promise<number> | number;

const UNKNOWN = 128;
const head = ({ commits, head: own }: Repository) => own ?? commits[0]?.sha ?? '';
const SHORT = 7;
const REMOTE = 'git-remote';

/** The commit that a name of it begins. */
function commitOf(repository: Repository, name: string) {
  const whole = name === 'HEAD' ? head(repository) : name;
  return whole.length < 4 ? undefined : repository.commits.find(({ sha }) => sha.startsWith(whole));
}

/** The commits from one on, the newest first. */
function historyOf({ commits }: Repository, from: string) {
  const place = commits.findIndex(({ sha }) => sha === from);
  return place < 0 ? [] : commits.slice(place);
}
const change = ({ box }: Call, repository: Partial<Repository>) =>
  box.host.change({ kind: 'repository', repository });

/** Versions in names are compared by their numbers: `model-v10` after `model-v9`. */
const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

const listTags = ({ caller, repository, words }: Call): number => {
  const pattern = words.find((word) => !word.startsWith('-')) ?? '*';
  const found = Object.keys(repository.tags).filter((tag) => fits(pattern, tag));
  const sorted = found.toSorted(byVersion);
  const newest = option(words, '--sort')?.startsWith('-') === true;
  for (const tag of newest ? sorted.toReversed() : sorted) caller.out(tag);
  return 0;
};

const tag: Verb = async (call) => {
  const { caller, folder, repository, words } = call;
  if (words.includes('--list') || words.includes('-l')) {
    return listTags({ ...call, words: words.filter((word) => !/^(?:--list|-l)$/.test(word)) });
  }
  const [name = ''] = words;
  if (repository.tags[name] !== undefined) {
    caller.err(`fatal: tag '${name}' already exists`);
    return UNKNOWN;
  }
  const trees = { ...repository.trees, [name]: await present(folder, repository) };
  change(call, { tags: { ...repository.tags, [name]: head(repository) }, trees });
  return 0;
};

/** The files that tags tell apart, as they are now. */
async function present(folder: string, { trees }: Repository) {
  const paths = new Set(Object.values(trees).flatMap((files) => Object.keys(files)));
  const entries = [...paths].map(async (path) => {
    return [path, await readFile(join(folder, path), 'utf8').catch(() => '')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A pushed tag lets its pipeline begin. */
function pipelineOf(call: Call, name: string): PipelineRun {
  const { box, repository } = call;
  const createdAt = box.host.world().now;
  const id = Math.max(0, ...repository.runs.map((one) => one.id)) + 1;
  const own = { id, workflow: 'ci.yml', name: 'ci', branch: name, sha: head(repository) };
  const endsAt = createdAt + repository.pipelineMs;
  return { ...own, createdAt, endsAt, conclusion: repository.pipelineEnds ?? 'success' };
}

const push: Verb = (call) => {
  const { caller, repository, words } = call;
  const name = words.filter((word) => !word.startsWith('-')).at(1) ?? repository.branch;
  const sha = repository.tags[name];
  if (sha === undefined) {
    caller.err(`error: src refspec ${name} does not match any`);
    return 1;
  }
  const remoteTags = { ...repository.remoteTags, [name]: sha };
  const release = /^v\d/.test(name) && repository.remoteTags[name] === undefined;
  const runs = release ? [pipelineOf(call, name), ...repository.runs] : repository.runs;
  change(call, { remoteTags, runs });
  caller.err(` * [new tag]         ${name} -> ${name}`);
  return 0;
};

const remote: Verb = ({ caller, repository, words }) => {
  const pattern = words.filter((word) => !word.startsWith('-')).at(1) ?? '*';
  for (const [name, sha] of Object.entries(repository.remoteTags)) {
    if (fits(pattern, name)) caller.out(`${sha}\trefs/tags/${name}`);
  }
  return 0;
};

/** The paths behind `--`, and what stands before it. */
function paths(words: readonly string[]) {
  const at = words.indexOf('--');
  const before = (at < 0 ? words : words.slice(0, at)).filter((word) => !word.startsWith('-'));
  return { before, wanted: at < 0 ? [] : words.slice(at + 1) };
}

const below = (path: string, wanted: readonly string[]) =>
  wanted.some((one) => path === one || path.startsWith(one.replace(/\/?$/, '/')));

/** The files are those of a commit from now on, and what is built of them does what it did. */
function checkOutCommit(call: Call, { sha, title, release }: Repository['commits'][number]) {
  const { box, caller, repository } = call;
  change(call, { head: sha, before: head(repository) });
  if (release !== undefined) {
    const builds = Object.entries(box.host.world().supply.builds).map(([name, built]) => {
      return [name, { ...built, release }] as const;
    });
    box.host.change({ kind: 'supply', supply: { builds: Object.fromEntries(builds) } });
  }
  caller.err(`HEAD is now at ${sha.slice(0, SHORT)} ${title}`);
  return 0;
}

const log: Verb = ({ caller, repository, words }) => {
  const oneLine = words.includes('--oneline');
  const shortOnly = option(words, '--format') === '%h';
  const asked = words.find((word) => /^-\d+$/.test(word))?.slice(1);
  const count = Number(asked ?? (words.includes('-n') ? option(words, '-n') : 1));
  for (const { sha, title } of historyOf(repository, head(repository)).slice(0, count)) {
    const short = sha.slice(0, SHORT);
    caller.out(shortOnly ? short : `${oneLine ? short : sha} ${title}`);
  }
  return 0;
};

/** `git rev-parse HEAD` */
const revParse: Verb = ({ caller, repository, words }) => {
  const commit = commitOf(repository, words.find((word) => !word.startsWith('-')) ?? '');
  if (commit === undefined) return UNKNOWN;
  caller.out(commit.sha);
  return 0;
};

/** `git merge-base --is-ancestor A B` */
const mergeBase: Verb = ({ repository, words }) => {
  const [ancestor = '', of = ''] = words.filter((word) => !word.startsWith('-'));
  const [first, last] = [commitOf(repository, ancestor), commitOf(repository, of)];
  if (first === undefined || last === undefined) return UNKNOWN;
  return historyOf(repository, last.sha).some(({ sha }) => sha === first.sha) ? 0 : 1;
};

const checkout: Verb = async (call) => {
  const { caller, folder, repository, words } = call;
  const { before, wanted } = paths(words);
  const [name = ''] = words.includes('-') ? [repository.before] : before;
  const tree = repository.trees[name];
  const commit = wanted.length === 0 ? commitOf(repository, name) : undefined;
  if (commit !== undefined) return checkOutCommit(call, commit);
  if (tree === undefined) {
    caller.err(`fatal: invalid reference: ${name}`);
    return UNKNOWN;
  }
  const files = Object.entries(tree).filter(([path]) => below(path, wanted));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const changed = files.map(([path]) => path);
  change(call, { changes: [...new Set([...repository.changes, ...changed])] });
  return 0;
};

const diff: Verb = async ({ caller, folder, repository, words }) => {
  if (words.includes('--stat')) {
    for (const path of repository.changes) caller.out(` ${path} | 2 +-`);
    return 0;
  }
  const { before, wanted } = paths(words);
  const tree = repository.trees[before[0] ?? ''];
  if (tree === undefined) return UNKNOWN;
  const now = await present(folder, repository);
  return Object.entries(tree).every(([path, text]) => !below(path, wanted) || now[path] === text)
    ? 0
    : 1;
};

const status: Verb = ({ caller, repository, words }) => {
  if (words.includes('--branch'))
    caller.out(`## ${repository.branch}...origin/${repository.branch}`);
  for (const path of repository.changes) caller.out(` M ${path}`);
  return 0;
};

const verbs: Readonly<Record<string, Verb>> = {
  tag,
  push,
  'ls-remote': remote,
  checkout,
  diff,
  status,
  branch: ({ caller, repository }) => {
    caller.out(repository.branch);
    return 0;
  },
  log,
  'merge-base': mergeBase,
  'rev-parse': revParse,
  fetch: ({ box, caller }) => {
    if (!box.host.world().unreachable.includes(REMOTE)) return 0;
    caller.err("fatal: unable to access the remote 'origin': Connection timed out");
    return UNKNOWN;
  },
};

/** Git, on the repository of the world and the real files of its folder. */
export const git: Tool = async (box, [verb = '', ...words], folder, caller) => {
  const run = verbs[verb];
  if (run !== undefined) {
    return run({ box, repository: box.host.world().repository, words, folder, caller });
  }
  caller.err(`git ${verb} is not simulated; there is ${Object.keys(verbs).join(', ')}`);
  return 1;
};
