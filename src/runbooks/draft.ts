import { didYouMean } from '../domain/nearest.ts';
import type { Selector } from '../signals/definition.ts';
import type { Catalogue } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import { fillDurations } from './fill-durations.ts';
import type { Runbook } from './graph.ts';
import { type Finding, lint, lintTargets } from './lint.ts';
import type { Call } from './read-handed.ts';
import { readRunbookInputs } from './read-inputs.ts';
import { type Lists, listsOf, type ReadNodes, readNodes } from './read-nodes.ts';
import { checkSignal } from './read-verify.ts';
import { readCondition } from './read-words.ts';
import { builtInAlerts, type PackFacts, type Reader, readDuration } from './reader.ts';
import { checkReferences } from './references.ts';
import { createReport, type Report } from './report.ts';
import { type HeadFile, headSchema } from './schema.ts';
import { parseSelector } from './selector.ts';
import { validate } from './validate.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/** A runbook read by itself: the runbooks it calls are not taken in yet. */
export interface Draft {
  /** Null when anything in the file is an error. */
  readonly runbook: Runbook | null;
  /** What is wrong; linking may add to it. */
  readonly diagnostics: readonly Diagnostic[];
  /** The key it asks for, and where, so that a pack can compare them. */
  readonly key: string | null;
  /** The id it gives itself; null when it has none. */
  readonly id: string | null;
  readonly calls: readonly Call[];
  readonly report: Report;
}

/** No runbook that a person walks at night comes near this; parts can be called. */
const MAX_NODES = 1000;

/**
 * Turns a parsed file into a runbook, or into what is wrong with it and where.
 * @param options.anyName its id need not be that of its file, as of a text kept by a run
 */
export function draftRunbook(
  file: YamlFile,
  facts: PackFacts,
  catalogue: Catalogue,
  options: { readonly anyName?: boolean } = {},
): Draft {
  const report = createReport(file);
  const { diagnostics } = report;
  const reader: Reader = { report, facts, catalogue, node: null, references: [] };
  const value = fillDurations(reader, file.value);
  const lists = listsOf(value);
  if (tooMany(report, lists)) {
    return { runbook: null, diagnostics, key: null, id: null, calls: [], report };
  }
  const head = validate(headSchema, value, report);
  if (head === null) {
    readNodes(reader, lists);
    return { runbook: null, diagnostics, key: null, id: null, calls: [], report };
  }
  if (options.anyName !== true) checkId(reader, head);
  const opensOn = readOpensOn(reader, head);
  const inputs = readRunbookInputs(reader, head.inputs);
  const read = readNodes(reader, head);
  for (const finding of findings(read)) reportFinding(reader, read, finding);
  checkReferences(reader, { ...read, inputs });
  for (const [index, id] of head.watch.entries()) checkSignal(reader, id, ['watch', index]);
  const runbook: Runbook = {
    id: head.id,
    system: head.id.split('/')[0] ?? '',
    title: head.title,
    severity: head.severity,
    key: head.key ?? null,
    opensOn,
    resolveWithinMs: readTarget(reader, head),
    panels: head.panels,
    inputs,
    watch: head.watch,
    meanwhile: head.meanwhile,
    start: read.start,
    nodes: read.nodes,
    text: file.text,
    file: file.file,
  };
  return {
    runbook: report.hasErrors ? null : runbook,
    diagnostics,
    key: runbook.key,
    id: runbook.id,
    calls: read.calls,
    report,
  };
}

function readTarget({ facts, report }: Reader, head: HeadFile): number | null {
  const given = head['resolve-within'];
  if (given === undefined) return null;
  return readDuration(report, facts.durations, given, ['resolve-within']);
}

function tooMany(report: Report, { steps, leaves }: Lists): boolean {
  if (steps.length + leaves.length <= MAX_NODES) return false;
  const message = `more than ${MAX_NODES} steps and leaves`;
  const where = ['steps', Math.min(MAX_NODES, Math.max(0, steps.length - 1))];
  report.error(where, message, 'split it, and `call` the parts');
  return true;
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
    when:
      when === undefined
        ? null
        : readCondition(reader, when, ['opens-on', 'when'], { noResult: true }),
  };
}

function checkAlert({ report, facts }: Reader, name: string, path: Path): void {
  if (facts.alerts === null) return;
  const known = [...facts.alerts, ...builtInAlerts];
  if (known.includes(name)) return;
  const mend = didYouMean(name, known, `there are ${known.join(', ')}`);
  report.error(path, `unknown alert \`${name}\``, mend);
}
