import type { Library } from '../composition/compose.ts';
import { formatAge } from '../domain/duration.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import { edgesOf } from '../runbooks/edges.ts';
import {
  type DoLeaf,
  type GraphNode,
  type InputSpec,
  isCalled,
  type Leaf,
  leavesOf,
  type Runbook,
  type Step,
  stepsOf,
} from '../runbooks/graph.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, type Output } from './output.ts';

type Shown = ContractOf<'runbooks-show'>;

const asked = (inputs: readonly InputSpec[]): Shown['inputs'] =>
  inputs.map(({ id, title, type }) => ({ id, title, type }));

function probesOf(node: GraphNode): string[] {
  switch (node.kind) {
    case 'check':
      return [node.probe];
    case 'gather':
      return node.probes.map(({ probe }) => probe);
    case 'ask':
    case 'checklist':
    case 'manual':
      return node.show.map(({ probe }) => probe);
    default:
      return [];
  }
}

function stepOf(step: Step): Shown['steps'][number] {
  const ways =
    'branches' in step
      ? step.branches.map(({ when, because, to }) => ({ to, when: when?.text ?? null, because }))
      : edgesOf(step).map(({ to }) => ({ to, when: null, because: null }));
  const { id, kind, title, why } = step;
  return { id, kind, title, why, inputs: asked(step.inputs), reads: probesOf(step), ways };
}

function undoOf(leaf: DoLeaf, catalogue: Catalogue): string | null {
  if (leaf.undo !== null) return leaf.undo.action;
  const declared = catalogue.action(leaf.action)?.undo;
  return declared?.kind === 'action' ? declared.action : null;
}

function leafOf(leaf: Leaf, catalogue: Catalogue): Shown['leaves'][number] {
  const { id, kind, title, why } = leaf;
  const change = leaf.kind === 'do' ? leaf : null;
  const proofs = leaf.kind === 'do' || leaf.kind === 'verify' ? leaf.verify : [];
  return {
    id,
    kind,
    title,
    why,
    inputs: asked(leaf.inputs),
    action: change?.action ?? null,
    risk: change?.risk ?? null,
    impact: change?.impact ?? null,
    undo: change && undoOf(change, catalogue),
    irreversible: change?.irreversible ?? null,
    verify: proofs.map(({ title: words, withinMs }) => ({ title: words, withinMs })),
    checklist: leaf.kind === 'manual' ? [...leaf.checklist] : [],
    ends: leaf.kind === 'manual' || leaf.kind === 'end' ? leaf.ends : null,
    ways: edgesOf(leaf).map(({ to, at }) => ({
      to,
      after: at[0] === 'then' ? 'success' : 'failure',
    })),
  };
}

function shown(runbook: Runbook, catalogue: Catalogue): Shown {
  const { id, system, title, severity, key, opensOn, panels, watch, meanwhile, inputs } = runbook;
  return {
    id,
    system,
    title,
    severity,
    key,
    alerts: [...opensOn.alerts],
    when: opensOn.when?.text ?? null,
    panels: [...panels],
    watch: [...watch],
    meanwhile: [...meanwhile],
    inputs: asked(inputs),
    start: runbook.start,
    steps: stepsOf(runbook).map(stepOf),
    leaves: leavesOf(runbook).map((leaf) => leafOf(leaf, catalogue)),
  };
}

function stepLines({ id, title, why, inputs, reads, ways }: Shown['steps'][number]): string[] {
  return [
    `${id}: ${title}`,
    ...(why === null ? [] : [`    ${why}`]),
    ...inputs.map((input) => `    asks    ${input.title}`),
    ...(reads.length === 0 ? [] : [`    reads   ${reads.join(', ')}`]),
    ...ways.map(({ to, when, because }) => `    ➜ ${to}  ${when ?? because ?? ''}`.trimEnd()),
  ];
}

function leafLines(leaf: Shown['leaves'][number]): string[] {
  const { action, checklist, ends, impact, irreversible, risk, undo } = leaf;
  const change =
    action === null
      ? []
      : [
          `    does    ${action}, ${risk}`,
          `    impact  ${impact}`,
          `    undo    ${undo ?? `none: ${irreversible}`}`,
        ];
  return [
    `${leaf.id}: ${leaf.title}`,
    ...(leaf.why === null ? [] : [`    ${leaf.why}`]),
    ...leaf.inputs.map((input) => `    asks    ${input.title}`),
    ...change,
    ...leaf.verify.map(
      ({ title, withinMs }) => `    proves  ${title}, within ${formatAge(withinMs)}`,
    ),
    ...checklist.map((line) => `    to do   ${line}`),
    ...leaf.ways.map(({ to, after }) => `    ➜ ${to}  on ${after}`),
    ...(ends === null ? [] : [`    ends    ${ends}`]),
  ];
}

/** A call on its own: what it leads to is told by `runbooks show` of the runbook it calls. */
function callLines({ id, title, why }: Shown['steps'][number], runbook: string): string[] {
  return [
    `${id}: ${title}`,
    ...(why === null ? [] : [`    ${why}`]),
    `    calls   ${runbook}: opsconsole runbooks show ${runbook}`,
  ];
}

function words(runbook: Shown, { nodes }: Runbook): string {
  const steps = runbook.steps.filter((step) => !isCalled(step));
  const leaves = runbook.leaves.filter((leaf) => !isCalled(leaf));
  const opens = [...runbook.alerts, ...(runbook.when === null ? [] : [runbook.when])];
  return [
    `${runbook.id}: ${runbook.title} (${runbook.severity})`,
    ...(opens.length === 0 ? [] : [`opens on ${opens.join(', or ')}`]),
    ...(runbook.key === null ? [] : [`key R ${runbook.key}`]),
    ...runbook.meanwhile.map((line) => `meanwhile: ${line}`),
    ...runbook.inputs.map((input) => `asks: ${input.title}`),
    '',
    ...steps.flatMap((step) => {
      const node = nodes.get(step.id);
      return node?.kind === 'call' ? callLines(step, node.runbook) : stepLines(step);
    }),
    '',
    ...leaves.flatMap(leafLines),
  ].join('\n');
}

/**
 * `runbooks show ID`: everything a runbook asks, reads and does, in the order of its file. In JSON the steps
 * of the runbooks it calls stand in it as they will run; in words those runbooks are named.
 */
export function runbooksShowCommand(library: Library, output: Output, id: string): ExitCode {
  const runbooks = library.packs.flatMap((pack) => pack.runbooks);
  const runbook = runbooks.find((candidate) => candidate.id === id);
  if (!runbook) {
    output.note(`There is no runbook ${id}; see opsconsole runbooks list`);
    return exitCodes.usage;
  }
  const value = shown(runbook, library.catalogue);
  answer(output, value, () => words(value, runbook));
  return exitCodes.done;
}
