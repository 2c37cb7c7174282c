import { isRefusal, type RunView } from '../../src/console/session.ts';
import type { DoLeaf, Leaf, ManualLeaf } from '../../src/runbooks/graph.ts';
import { type Line, text } from './line.ts';
import { detailLines, planLines, riskTone } from './plan.ts';
import { gap, labelled } from './prose.ts';
import { givenLines, pointLines, shownLines, titled, whyLines } from './wizard-step.ts';
import { nextLines, otherLines } from './wizard-ways.ts';

/** Lines of a diff or a list that stand under an action; `p` shows all. */
const DETAILS_MAX = 6;

const ends = {
  resolved: 'ends the run as resolved',
  watching: 'ends the run as watching',
  'handed-over': 'ends the run as handed over',
  'false-alarm': 'ends the run as a false alarm',
} as const;

/** What the runbook itself says of an action, before its targets are known. */
function whatItDoes({ controller }: RunView, node: DoLeaf, width: number): readonly Line[] {
  const { impact, irreversible } = node;
  const undo = irreversible === null ? null : `none: ${controller.filled(irreversible)}`;
  return [
    ...labelled('does', node.action, width),
    ...labelled('impact', controller.filled(impact), width),
    ...(undo === null ? [] : labelled('undo', undo, width)),
    ...labelled('verify', node.verify.map(({ title }) => title).join('; then '), width),
  ];
}

function planned(run: RunView, node: DoLeaf, width: number): readonly Line[] {
  const { preview } = run;
  if (preview?.node === node.id && !isRefusal(preview.plan)) {
    const { plan } = preview;
    return [...planLines(plan, width), ...detailLines(plan, width, DETAILS_MAX)];
  }
  if (run.holder !== null) return whatItDoes(run, node, width);
  const refusal = preview?.node === node.id && isRefusal(preview.plan) ? preview.plan : null;
  const head =
    refusal === null
      ? labelled('touches', 'reading the targets…', width, 'quiet')
      : labelled('✖', refusal.refused, width, 'bad');
  const mend = refusal?.mend == null ? [] : labelled('', refusal.mend, width);
  return [...head, ...mend, ...whatItDoes(run, node, width)];
}

function manualLines(run: RunView, node: ManualLeaf, width: number): readonly Line[] {
  return [...shownLines(run, node, width), gap, ...pointLines(run, width)];
}

/** A leaf that nothing has been done at yet: what it would do, what follows, where else one could go. */
export function leafBlock(run: RunView, node: Leaf, width: number): readonly Line[] {
  const after = [...nextLines(run, width), ...otherLines(run, width)];
  const head = (end: string, tone: Parameters<typeof text>[1]): readonly Line[] => [
    ...titled('▶', node.title, width, [text(end, tone)]),
    ...whyLines(node, width),
  ];
  switch (node.kind) {
    case 'do':
      return [
        ...head(node.risk, riskTone[node.risk]),
        ...planned(run, node, width),
        ...givenLines(run, width),
        ...after,
      ];
    case 'verify':
      return [
        ...head('proves, changes nothing', 'quiet'),
        ...labelled('verify', node.verify.map(({ title }) => title).join('; then '), width),
        ...after,
      ];
    case 'manual':
      return [...head(ends[node.ends], 'quiet'), ...manualLines(run, node, width), ...after];
    case 'escalate':
      return [
        ...head('hands the incident up', 'warn'),
        ...labelled('why', run.controller.filled(node.reason), width),
        ...after,
      ];
    case 'end':
      return [...head(ends[node.ends], 'quiet'), ...after];
  }
}
