import { didYouMean } from '../domain/nearest.ts';
import type { Selector } from '../signals/definition.ts';
import type { Catalogue } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { GraphNode, Runbook } from './graph.ts';
import { readEntry } from './kinds.ts';
import { type Finding, lint, lintTargets } from './lint.ts';
import { readDecide, readDo, readEscalate, readProve } from './read-leaves.ts';
import { readAsk, readCheck } from './read-steps.ts';
import { readCondition } from './read-words.ts';
import { builtInAlerts, builtInSignals, type PackFacts, type Reader } from './reader.ts';
import { createReport } from './report.ts';
import { type HeadFile, headSchema, leafSchemas, stepSchemas } from './schema.ts';
import { parseSelector } from './selector.ts';
import { validate } from './validate.ts';
import type { Path, YamlFile } from './yaml-file.ts';

export interface Built {
  /** Null when anything in the file is an error. */
  readonly runbook: Runbook | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The key it asks for, and where, so that a pack can compare them. */
  readonly key: string | null;
}

/** Turns a parsed file into a runbook, or into what is wrong with it and where. */
export function buildRunbook(file: YamlFile, facts: PackFacts, catalogue: Catalogue): Built {
  const report = createReport(file);
  const reader: Reader = { report, facts, catalogue };
  const head = validate(headSchema, file.value, report);
  if (head === null) {
    readNodes(reader, listsOf(file.value));
    return { runbook: null, diagnostics: report.diagnostics, key: null };
  }
  checkId(reader, head);
  const opensOn = readOpensOn(reader, head);
  const read = readNodes(reader, head);
  for (const finding of findings(read)) reportFinding(reader, read, finding);
  checkWatch(reader, head);
  const runbook: Runbook = {
    id: head.id,
    system: head.id.split('/')[0] ?? '',
    title: head.title,
    severity: head.severity,
    key: head.key ?? null,
    opensOn,
    panels: head.panels,
    watch: head.watch,
    meanwhile: head.meanwhile,
    start: read.start,
    nodes: read.nodes,
    text: file.text,
    file: file.file,
  };
  const { diagnostics, hasErrors } = report;
  return { runbook: hasErrors ? null : runbook, diagnostics, key: runbook.key };
}

interface Lists {
  readonly steps: readonly unknown[];
  readonly leaves: readonly unknown[];
}

/** The steps and leaves of a file whose head is wrong: they are worth a look all the same. */
function listsOf(value: unknown): Lists {
  const { steps, leaves } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return { steps: Array.isArray(steps) ? steps : [], leaves: Array.isArray(leaves) ? leaves : [] };
}

interface ReadNodes {
  readonly start: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly paths: ReadonlyMap<string, Path>;
  /** Every id in the file, those of entries that could not be read too. */
  readonly ids: ReadonlySet<string>;
  readonly complete: boolean;
}

const idOf = (raw: unknown): string | null =>
  typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string'
    ? raw.id
    : null;

function readNodes(reader: Reader, { steps, leaves }: Lists): ReadNodes {
  const nodes = new Map<string, GraphNode>();
  const paths = new Map<string, Path>();
  const ids = new Set<string>();
  let complete = true;
  const add = (raw: unknown, path: Path, node: GraphNode | null) => {
    const id = idOf(raw);
    if (id !== null && ids.has(id)) {
      const { line } = reader.report.file.locate([...(paths.get(id) ?? []), 'id']);
      const mend = `the other stands in line ${line}: give one another id`;
      reader.report.error([...path, 'id'], `the id \`${id}\` is used twice`, mend);
      return;
    }
    if (id !== null) paths.set(id, path);
    if (id !== null) ids.add(id);
    if (node === null) complete = false;
    else nodes.set(node.id, node);
  };
  for (const [index, raw] of steps.entries()) {
    const path = ['steps', index];
    add(raw, path, readStep(reader, raw, path, idOf(steps[index + 1])));
  }
  for (const [index, raw] of leaves.entries()) {
    const path = ['leaves', index];
    add(raw, path, readLeaf(reader, raw, path));
  }
  return { start: idOf(steps[0]) ?? '', nodes, paths, ids, complete };
}

function readStep(reader: Reader, raw: unknown, path: Path, next: string | null) {
  const entry = readEntry(stepSchemas, 'a step', raw, reader.report, path);
  if (entry === null) return null;
  return entry.kind === 'check'
    ? readCheck(reader, entry.value, path, next)
    : readAsk(reader, entry.value, path);
}

function readLeaf(reader: Reader, raw: unknown, path: Path): GraphNode | null {
  const entry = readEntry(leafSchemas, 'a leaf', raw, reader.report, path);
  switch (entry?.kind) {
    case 'do':
      return readDo(reader, entry.value, path);
    case 'prove':
      return readProve(reader, entry.value, path);
    case 'decide':
      return readDecide(reader, entry.value, path);
    case 'escalate':
      return readEscalate(reader, entry.value, path);
    default:
      return null;
  }
}

/** With entries missing, only what cannot be their fault is said. */
function findings({ complete, nodes, start, ids }: ReadNodes): readonly Finding[] {
  return complete ? lint({ nodes, start }) : lintTargets(nodes, ids);
}

function reportFinding({ report }: Reader, { paths }: ReadNodes, finding: Finding): void {
  const path = [...(paths.get(finding.node) ?? []), ...finding.at];
  report[finding.level](path, finding.message, finding.mend);
}

function checkId({ report, facts }: Reader, head: HeadFile): void {
  const name =
    report.file.file
      .split('/')
      .at(-1)
      ?.replace(/\.ya?ml$/, '') ?? '';
  const system = facts.system ?? head.id.split('/')[0];
  const wanted = `${system}/${name}`;
  if (head.id === wanted) return;
  const message = `the id \`${head.id}\` does not fit its pack and file`;
  report.error(['id'], message, `call it \`${wanted}\`, or rename the file`);
}

function checkWatch({ report, facts }: Reader, head: HeadFile): void {
  if (facts.signals === null) return;
  const known = [...facts.signals, ...builtInSignals];
  for (const [index, id] of head.watch.entries()) {
    if (known.includes(id)) continue;
    const mend = didYouMean(id, known, `there are ${known.join(', ')}`);
    report.error(['watch', index], `unknown signal \`${id}\``, mend);
  }
}

function readOpensOn(reader: Reader, head: HeadFile): Runbook['opensOn'] {
  const { alerts = [], when } = head['opens-on'] ?? {};
  const selectors: Selector[] = [];
  for (const [index, text] of alerts.entries()) {
    const path = ['opens-on', 'alerts', index];
    const parsed = parseSelector(text);
    if ('error' in parsed) {
      const { message, column } = parsed.error;
      reader.report.error(path, message, 'such as ContainerDown{service="redis"}', column);
      continue;
    }
    selectors.push(parsed.ok);
    checkAlert(reader, parsed.ok.name, path);
  }
  return {
    alerts: [...new Set(selectors.map(({ name }) => name))],
    selectors,
    when: when === undefined ? null : readCondition(reader, when, ['opens-on', 'when'], 'none'),
  };
}

function checkAlert({ report, facts }: Reader, name: string, path: Path): void {
  if (facts.alerts === null) return;
  const known = [...facts.alerts, ...builtInAlerts];
  if (known.includes(name)) return;
  const mend = didYouMean(name, known, `there are ${known.join(', ')}`);
  report.error(path, `unknown alert \`${name}\``, mend);
}
