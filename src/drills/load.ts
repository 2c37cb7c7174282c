import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { didYouMean } from '../domain/nearest.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import { isLeaf, leavesOf } from '../runbooks/graph.ts';
import type { Pack } from '../runbooks/pack.ts';
import { readYamlFile } from '../runbooks/read-file.ts';
import { createReport, type Report } from '../runbooks/report.ts';
import { validate } from '../runbooks/validate.ts';
import { classOf, type Drill, drillSchema, weightOf } from './drill.ts';

export interface LoadedDrills {
  /** In the order of their ids. */
  readonly drills: readonly Drill[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What of a pack its drills are held against. */
type Described = Pick<Pack, 'runbooks'>;

/** A folder with more is read this far. */
const DRILLS_MAX = 500;

/** Tells what a drill names that its pack has not. */
function hold(report: Report, drill: Drill, pack: Described): void {
  const runbook = pack.runbooks.find(({ id }) => id === drill.runbook);
  if (runbook === undefined) {
    const ids = pack.runbooks.map(({ id }) => id);
    const mend = didYouMean(drill.runbook, ids, `the pack has ${ids.join(', ')}`);
    report.error(['runbook'], `there is no runbook ${drill.runbook}`, mend);
    return;
  }
  const leaves = leavesOf(runbook).map(({ id }) => id);
  const missing = (name: string, path: readonly (string | number)[]) => {
    if (leaves.includes(name)) return;
    const mend = didYouMean(name, leaves, `its leaves are ${leaves.join(', ')}`);
    report.error(path, `${drill.runbook} has no leaf ${name}`, mend);
  };
  missing(drill.leaf, ['leaf']);
  for (const [place, leaf] of drill.goesOnTo.entries()) missing(leaf, ['goes-on-to', place]);
  for (const [place, leaf] of drill.alsoHelps.entries()) missing(leaf, ['also-helps', place]);
  for (const [place, leaf] of drill.after.entries()) missing(leaf, ['after', place]);
  for (const [place, { at, take }] of drill.script.entries()) {
    const nodes = [...runbook.nodes.keys()];
    for (const [field, name] of [['at', at] as const, ['take', take] as const]) {
      if (name === null || runbook.nodes.has(name)) continue;
      const mend = didYouMean(name, nodes, 'see opsconsole runbooks show');
      report.error(['script', place, field], `${drill.runbook} has no step ${name}`, mend);
    }
  }
  const course = [drill.leaf, ...drill.goesOnTo].flatMap((id) => runbook.nodes.get(id) ?? []);
  const leaf = weightOf(course.filter(isLeaf));
  if (leaf === null || classOf(leaf) === drill.class) return;
  const mend = `write \`class: ${classOf(leaf)}\``;
  report.error(['class'], `${leaf.id} is a leaf that is ${classOf(leaf)}`, mend);
}

/** What only waits changes nothing, and what a called runbook proves is not what this one is about. */
function isRemedy(pack: Described, runbook: string, leaf: string): boolean {
  const node = pack.runbooks.find(({ id }) => id === runbook)?.nodes.get(leaf);
  return node?.kind === 'do' && !leaf.includes(':');
}

function readDrill(path: string, pack: Described) {
  const parsed = readYamlFile(path);
  if (!('ok' in parsed)) return { drill: null, diagnostics: parsed.diagnostics };
  const report = createReport(parsed.ok, 'opsconsole schema drill');
  const given = validate(drillSchema, parsed.ok.value, report);
  if (given === null) return { drill: null, diagnostics: report.diagnostics };
  const {
    'also-helps': alsoHelps,
    'goes-on-to': goesOnTo,
    demo = null,
    opened,
    script,
    ...rest
  } = given;
  const answers = script.map(({ at, take = null, give = {}, done = false, happens = null }) => {
    return { at, take, give, done, happens };
  });
  const drill: Drill = {
    ...rest,
    isRemedy: isRemedy(pack, rest.runbook, rest.leaf),
    demo,
    unasked: opened !== undefined,
    alsoHelps,
    goesOnTo,
    script: answers,
    file: path,
  };
  hold(report, drill, pack);
  return { drill: report.hasErrors ? null : drill, diagnostics: report.diagnostics };
}

function folderOf(pack: Described): string | null {
  const [first] = pack.runbooks;
  const folder = first === undefined ? null : join(dirname(first.file), 'drills');
  return folder !== null && existsSync(folder) ? folder : null;
}

/**
 * Loads the drills of these packs: the files of `drills/` beside their runbooks. A bad file never stops the
 * others; whatever is wrong is told with its place and its mend.
 */
export function loadDrills(packs: readonly Described[]): LoadedDrills {
  const diagnostics: Diagnostic[] = [];
  const drills = new Map<string, Drill>();
  for (const pack of packs) {
    const folder = folderOf(pack);
    const files = folder === null ? [] : readdirSync(folder).toSorted();
    for (const name of files.filter((one) => /\.ya?ml$/.test(one)).slice(0, DRILLS_MAX)) {
      const path = join(folder ?? '', name);
      const read = readDrill(path, pack);
      diagnostics.push(...read.diagnostics);
      if (read.drill === null) continue;
      const { id } = read.drill;
      const other = drills.get(id);
      if (other === undefined) drills.set(id, read.drill);
      else {
        const message = `${other.file} has the id ${id} already`;
        const place = { file: path, line: 1, column: 1, level: 'error' } as const;
        diagnostics.push({ ...place, message, mend: 'choose another' });
      }
    }
  }
  const all = [...drills.values()].toSorted((a, b) => a.id.localeCompare(b.id));
  return { drills: all, diagnostics };
}
