import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../domain/nearest.ts';
import { type Built, buildRunbook } from './build.ts';
import { type BuiltPack, buildPack } from './build-pack.ts';
import type { Catalogue } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Runbook } from './graph.ts';
import type { Pack } from './pack.ts';
import type { Durations } from './pack-durations.ts';
import { readYamlFile } from './read-file.ts';
import { noFacts, type PackFacts } from './reader.ts';
import type { YamlFile } from './yaml-file.ts';

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
  const runbooks: Runbook[] = [];
  const keys = new Map<string, string>();
  for (const name of files.slice(0, MAX_RUNBOOKS)) {
    const loaded = loadRunbook(join(directory, name), catalogue, built.facts);
    diagnostics.push(...loaded.diagnostics);
    const clash = loaded.key === null ? undefined : keys.get(loaded.key);
    if (loaded.key !== null && clash === undefined) keys.set(loaded.key, name);
    if (clash !== undefined && loaded.source !== null) {
      const message = `the key \`${loaded.key}\` opens ${clash} already`;
      diagnostics.push({
        ...problem(join(directory, name), message, 'choose another letter or digit'),
        ...loaded.source.locate(['key']),
      });
    } else if (loaded.runbook !== null) {
      runbooks.push(loaded.runbook);
    }
  }
  return { pack: built.pack === null ? null : { ...built.pack, runbooks }, diagnostics };
}

export interface LoadedRunbook extends Built {
  readonly source: YamlFile | null;
}

/** Loads one runbook file; `facts` are those of its pack, or `noFacts` for a file on its own. */
export function loadRunbook(
  path: string,
  catalogue: Catalogue,
  facts: PackFacts = noFacts,
): LoadedRunbook {
  const parsed = readYamlFile(path);
  if ('diagnostics' in parsed) {
    return { runbook: null, diagnostics: parsed.diagnostics, key: null, source: null };
  }
  return { ...buildRunbook(parsed.ok, facts, catalogue), source: parsed.ok };
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
  const packs = new Map<string, { readonly pack: Pack; readonly directory: string }>();
  const diagnostics: Diagnostic[] = [];
  for (const directory of directories.flatMap(packsUnder)) {
    const loaded = loadPack(directory, catalogue, durations);
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
