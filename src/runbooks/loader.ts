import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { didYouMean } from '../domain/nearest.ts';
import { finished, type Sliced } from '../signals/sliced.ts';
import type { LoadedRunbook } from './build.ts';
import { type BuiltPack, buildPack } from './build-pack.ts';
import type { Catalogue } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Draft, draftRunbook } from './draft.ts';
import type { Runbook } from './graph.ts';
import { linkRunbooks } from './link.ts';
import type { Pack } from './pack.ts';
import type { Durations } from './pack-durations.ts';
import { readYamlFile } from './read-file.ts';
import { noFacts, type PackFacts } from './reader.ts';

export interface LoadedPack {
  /** Null when pack.yaml cannot be used; a runbook that cannot be used is only left out. */
  readonly pack: Pack | null;
  readonly diagnostics: readonly Diagnostic[];
}

const PACK_FILE = 'pack.yaml';
/** A folder with more is read this far. */
const MAX_RUNBOOKS = 500;

/**
 * Loads a pack: pack.yaml and every other YAML file beside it as a runbook. A bad file never stops the
 * others; whatever is wrong is told with its place and its mend. Never throws.
 * @param durations a region's rebinding of the pack's named durations, ms
 */
export function loadPack(
  directory: string,
  catalogue: Catalogue,
  durations: Durations = {},
): LoadedPack {
  return finished(loadPackSliced(directory, catalogue, durations));
}

function* loadPackSliced(
  directory: string,
  catalogue: Catalogue,
  durations: Durations,
): Sliced<LoadedPack> {
  const names = namesIn(directory);
  if (names === null) {
    const diagnostic = problem(directory, 'cannot be read', 'see that it is a folder you may read');
    return { pack: null, diagnostics: [diagnostic] };
  }
  const diagnostics: Diagnostic[] = [];
  const built = readPack(join(directory, PACK_FILE), durations);
  diagnostics.push(...built.diagnostics);
  const files = names.filter((name) => /\.ya?ml$/.test(name) && name !== PACK_FILE);
  if (files.length > MAX_RUNBOOKS) {
    const message = `more than ${MAX_RUNBOOKS} files: the rest is not read`;
    diagnostics.push(problem(directory, message, 'split the pack'));
  }
  const drafts: FileDraft[] = [];
  for (const name of files.slice(0, MAX_RUNBOOKS)) {
    yield;
    drafts.push(draftFile(join(directory, name), catalogue, built.facts));
  }
  yield;
  const runbooks = linked(drafts);
  for (const draft of drafts) diagnostics.push(...draft.diagnostics);
  return { pack: built.pack === null ? null : { ...built.pack, runbooks }, diagnostics };
}

/** A file that has come so far; one that is no YAML has no draft. */
interface FileDraft {
  readonly path: string;
  readonly draft: Draft | null;
  readonly diagnostics: Diagnostic[];
}

function draftFile(path: string, catalogue: Catalogue, facts: PackFacts): FileDraft {
  const parsed = readYamlFile(path);
  if ('diagnostics' in parsed) return { path, draft: null, diagnostics: [...parsed.diagnostics] };
  return { path, draft: draftRunbook(parsed.ok, facts, catalogue), diagnostics: [] };
}

/** Those that can be used, with what they call; of two with the same key the later one cannot. */
function linked(files: readonly FileDraft[]): Runbook[] {
  const read = files.flatMap(({ draft, path, diagnostics }) =>
    draft === null ? [] : [{ draft, path, diagnostics }],
  );
  const runbooks = linkRunbooks(read.map(({ draft }) => draft));
  const keys = new Map<string, string>();
  return read.flatMap(({ draft, path, diagnostics }, index) => {
    diagnostics.push(...draft.diagnostics);
    const runbook = runbooks[index] ?? null;
    const clash = draft.key === null ? undefined : keys.get(draft.key);
    if (draft.key !== null && clash === undefined) keys.set(draft.key, basename(path));
    if (clash === undefined) return runbook === null ? [] : [runbook];
    const message = `the key \`${draft.key}\` opens ${clash} already`;
    const place = draft.report.file.locate(['key']);
    diagnostics.push({ ...problem(path, message, 'choose another letter or digit'), ...place });
    return [];
  });
}

/**
 * Loads one runbook file on its own; what it calls is only found in its pack.
 * @param facts those of its pack, or `noFacts` without one
 */
export function loadRunbook(
  path: string,
  catalogue: Catalogue,
  facts: PackFacts = noFacts,
): LoadedRunbook {
  const { draft, diagnostics } = draftFile(path, catalogue, facts);
  if (draft === null) return { runbook: null, diagnostics };
  const [runbook = null] = linkRunbooks([draft]);
  return { runbook, diagnostics: draft.diagnostics };
}

function readPack(path: string, durations: Durations): BuiltPack {
  const parsed = readYamlFile(path);
  return 'ok' in parsed
    ? buildPack(parsed.ok, durations)
    : { pack: null, facts: noFacts, diagnostics: parsed.diagnostics };
}

export interface LoadedPacks {
  readonly packs: readonly Pack[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads every pack under these folders: each is a pack itself, or a folder of packs. Of two packs for
 * one system the later one counts. A folder that is not there is passed over, so that the usual places
 * can be named whether or not they exist. Never throws.
 */
export function loadPacks(
  directories: readonly string[],
  catalogue: Catalogue,
  durations: Durations = {},
): LoadedPacks {
  return finished(loadPacksSliced(directories, catalogue, durations));
}

/** As `loadPacks`, file by file: each takes longer to read than a key may wait. */
export function* loadPacksSliced(
  directories: readonly string[],
  catalogue: Catalogue,
  durations: Durations,
): Sliced<LoadedPacks> {
  const packs = new Map<string, { readonly pack: Pack; readonly directory: string }>();
  const diagnostics: Diagnostic[] = [];
  for (const directory of directories.flatMap(packsUnder)) {
    yield;
    const loaded = yield* loadPackSliced(directory, catalogue, durations);
    diagnostics.push(...loaded.diagnostics);
    if (loaded.pack === null) continue;
    const { system } = loaded.pack;
    const earlier = packs.get(system);
    if (earlier !== undefined) {
      const message = `the pack \`${system}\` here replaces the one of ${earlier.directory}`;
      const mend = 'nothing to do if this is meant; else remove one of them';
      diagnostics.push({ ...problem(join(directory, PACK_FILE), message, mend), level: 'warning' });
    }
    packs.set(system, { pack: loaded.pack, directory });
  }
  const loaded = [...packs.values()].map(({ pack }) => pack);
  return { packs: loaded, diagnostics: [...diagnostics, ...unknownDurations(loaded, durations)] };
}

/** Names a region rebinds and no pack has: a rebinding that does nothing is probably misspelt. */
function unknownDurations(packs: readonly Pack[], rebound: Durations): Diagnostic[] {
  const known = new Set(packs.flatMap((pack) => Object.keys(pack.durations)));
  const unknown = Object.keys(rebound).filter((name) => !known.has(name));
  return unknown.map((name) => {
    const mend = didYouMean(name, known, `the packs name ${[...known].join(', ')}`);
    const message = `no pack has the duration \`${name}\` that the region rebinds`;
    return { ...problem('configuration', message, mend), level: 'warning' };
  });
}

function packsUnder(directory: string): string[] {
  const names = namesIn(directory);
  // A folder that is there but cannot be read is left to `loadPack`, which says so.
  if (names === null) return existsSync(directory) ? [directory] : [];
  if (names.includes(PACK_FILE)) return [directory];
  const inner = names.map((name) => join(directory, name));
  return inner.filter((path) => namesIn(path)?.includes(PACK_FILE) === true);
}

/** The names in a folder, sorted; null when it is none, or not there. */
function namesIn(directory: string): string[] | null {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return null;
  }
}

function problem(file: string, message: string, mend: string): Diagnostic {
  return { file, line: 1, column: 1, level: 'error', message, mend };
}
