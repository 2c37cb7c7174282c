import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../compose/failure.ts';
import { pass } from '../compose/images.ts';
import { artifacts } from '../world/artifacts.ts';
import { option } from './options.ts';
import type { Tool, Toolbox } from './tool.ts';

const POINTER = 'models/artifacts.dvc';
const CACHE = '.dvc/cache';
const REMOTE = 'dvc-remote';
const PULL_MS = 6000;
const REPRO_MS = 60_000;
const FAILED = 255;
const AUC = 0.874;

interface Call {
  readonly box: Toolbox;
  readonly words: readonly string[];
  readonly folder: string;
  readonly caller: Caller;
}

type Verb = (call: Call) => Promise<number>;

/** The version of the artifacts that the checkout asks for. */
async function wanted(folder: string): Promise<string> {
  const text = await readFile(join(folder, POINTER), 'utf8').catch(() => '');
  return /^version: (\S+)$/m.exec(text)?.[1] ?? '';
}

const there = (folder: string) =>
  readdir(folder).then(
    (names) => names.length > 0,
    () => false,
  );

function unreachable({ box, caller }: Call): boolean {
  if (!box.host.world().unreachable.includes(REMOTE)) return false;
  caller.err("ERROR: unexpected error - Could not connect to the remote 'storage': timed out");
  return true;
}

async function checkOut({ caller, folder }: Call): Promise<number> {
  const version = await wanted(folder);
  const from = join(folder, CACHE, version);
  if (version === '' || !(await there(from))) {
    caller.err(`ERROR: Checkout failed for following targets: models. Is your cache up to date?`);
    return FAILED;
  }
  // The pointer says what lies there; it is git's.
  await cp(from, join(folder, 'models'), { recursive: true });
  caller.out('M       models/');
  return 0;
}

const pull: Verb = async (call) => {
  const { box, caller, folder } = call;
  const version = await wanted(folder);
  if (!(await there(join(folder, CACHE, version)))) {
    if (unreachable(call)) return FAILED;
    const from = join(folder, REMOTE, version);
    if (!(await there(from))) {
      caller.err(`ERROR: failed to pull data from the cloud - ${version} is missing in the remote`);
      return FAILED;
    }
    await pass(box.host, PULL_MS, caller.signal);
    await cp(from, join(folder, CACHE, version), { recursive: true });
    caller.out('3 files fetched');
  }
  return checkOut(call);
};

/** The next version of the artifacts: one more than any that is known here. */
async function next(folder: string): Promise<string> {
  const known = await readdir(join(folder, CACHE)).catch(() => [] as string[]);
  const numbers = [...known, await wanted(folder)].map((name) =>
    Number(/\d+$/.exec(name)?.[0] ?? 0),
  );
  return `model-v${Math.max(0, ...numbers) + 1}`;
}

/** Trains both models on what the marts hold. */
const repro: Verb = async (call) => {
  const { box, caller, folder } = call;
  caller.out("Running stage 'train_churn_model'");
  await pass(box.host, REPRO_MS, caller.signal);
  const mart = box.host.world().warehouse?.marts.churn ?? null;
  if (mart === null) {
    caller.err("ERROR: failed to reproduce 'train_churn_model': the churn mart does not exist");
    return FAILED;
  }
  const version = await next(folder);
  const made = artifacts(version, AUC, mart.features);
  for (const place of [join(folder, CACHE, version), join(folder, 'models')]) {
    await mkdir(place, { recursive: true });
    for (const [name, text] of Object.entries(made)) await writeFile(join(place, name), text);
  }
  await writeFile(join(folder, POINTER), `version: ${version}\n`);
  await writeFile(join(folder, 'dvc.lock'), `schema: '2.0'\nversion: ${version}\n`);
  const { changes } = box.host.world().repository;
  const changed = [...new Set([...changes, POINTER, 'dvc.lock'])];
  box.host.change({ kind: 'repository', repository: { changes: changed } });
  caller.out(`Updating lock file 'dvc.lock'`);
  return 0;
};

const push: Verb = async (call) => {
  const { box, caller, folder } = call;
  if (unreachable(call)) return FAILED;
  const version = await wanted(folder);
  const from = join(folder, CACHE, version);
  if (!(await there(from))) {
    caller.err(`ERROR: failed to push data to the cloud - ${version} is not in the cache`);
    return FAILED;
  }
  await pass(box.host, PULL_MS, caller.signal);
  await cp(from, join(folder, REMOTE, version), { recursive: true });
  caller.out('3 files pushed');
  return 0;
};

const status: Verb = async (call) => {
  const { caller, folder, words } = call;
  const cloud = words.includes('--cloud') || words.includes('-c') || option(words, '-r') !== null;
  if (!cloud) {
    caller.out('Data and pipelines are up to date.');
    return 0;
  }
  if (unreachable(call)) return FAILED;
  const version = await wanted(folder);
  const cached = await there(join(folder, CACHE, version));
  const stored = await there(join(folder, REMOTE, version));
  const told =
    cached === stored ? 'Cache and remote are in sync.' : `${cached ? 'new' : 'deleted'}: models/`;
  caller.out(told);
  return 0;
};

const verbs: Readonly<Record<string, Verb>> = { pull, repro, push, status, checkout: checkOut };

/** DVC, on the real files of the project's folder; its remote is a folder of it, which may be out of reach. */
export const dvc: Tool = async (box, [verb = '', ...words], folder, caller) => {
  const run = verbs[verb];
  if (run !== undefined) return run({ box, words, folder, caller });
  caller.err(`dvc ${verb} is not simulated; there is ${Object.keys(verbs).join(', ')}`);
  return FAILED;
};
