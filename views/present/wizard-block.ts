import { turnsFrom } from '../../src/console/context.ts';
import { isRefusal, type RunView } from '../../src/console/session.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Visit } from '../../src/engine/state.ts';
import type { DoLeaf, GraphNode, Leaf } from '../../src/runbooks/graph.ts';
import { age, elapsed, type Line, spread, text, wrap } from './line.ts';
import { planLines, riskTone } from './plan.ts';
import { gap, indented, labelled } from './prose.ts';

/** Lines of one answer under a question. */
const SHOWN_LINES_MAX = 3;

const ends = {
  watching: 'ends the run as watching',
  'handed-over': 'ends the run as handed over',
  'false-alarm': 'ends the run as a false alarm',
} as const;

function shownEvidence(evidence: Evidence, width: number): readonly Line[] {
  const said = evidence.error ?? JSON.stringify(evidence.result) ?? '';
  return [
    spread(
      [text(`     $ ${evidence.command}`, 'quiet')],
      [age(evidence.observedAt, 'quiet', 'right')],
      width,
    ),
    ...indented(said, width, 7, evidence.error === null ? 'plain' : 'bad', SHOWN_LINES_MAX),
  ];
}

/** The ways on from a step, the recommended one marked. */
function ways(run: RunView, visit: Visit | undefined, width: number): readonly Line[] {
  const { nodes } = run.controller.runbook;
  const best = visit?.recommended ?? null;
  return turnsFrom(run).flatMap((turn): readonly Line[] => {
    const chosen = best?.to === turn.to;
    const title = nodes.get(turn.to)?.title ?? turn.to;
    const why = chosen && best !== null && best.because !== '' ? best.because : turn.because;
    const sure = chosen
      ? [text(best?.sure === true ? 'sure' : 'not sure', best?.sure === true ? 'ok' : 'warn')]
      : [];
    return [
      spread(
        [text(chosen ? '   ➜ ' : '     ', 'accent'), text(title, chosen ? 'strong' : 'plain')],
        sure,
        width,
      ),
      ...indented(why, width, 7, 'quiet', 2),
    ];
  });
}

/** A title with its sign, on as many lines as it needs. */
function titled(sign: string, title: string, width: number): readonly Line[] {
  return wrap(title, width - 3).map((part, index) => [
    text(index === 0 ? ` ${sign} ` : '   ', 'accent'),
    text(part, 'strong'),
  ]);
}

/** A step: its question, what was read for it, the ways on. */
export function stepBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const { state, controller } = run;
  const visit = state.path.findLast((entry) => entry.step === state.current);
  const observing = state.phase === 'observing';
  const own = controller.evidence().filter((entry) => entry.step === node.id);
  const evidence = own.length > 0 ? own : visit?.evidence ? [visit.evidence] : [];
  const undecided = !observing && visit?.recommended == null;
  return [
    ...titled(observing ? '◐' : '▶', node.title, width),
    ...(observing ? [[text('     reading the evidence…', 'quiet')] satisfies Line] : []),
    ...evidence.flatMap((entry) => shownEvidence(entry, width)),
    gap,
    ...ways(run, visit, width),
    ...(undecided
      ? [gap, [text('   ▲ nothing decides this: choose a way with o', 'warn')] satisfies Line]
      : []),
  ];
}

/** What the runbook itself says of an action, before its targets are known. */
function whatItDoes(node: DoLeaf, width: number): readonly Line[] {
  return [
    ...labelled('does', node.action, width),
    ...labelled('impact', node.impact, width),
    ...(node.irreversible === null ? [] : labelled('undo', `none: ${node.irreversible}`, width)),
    ...labelled('verify', node.verify.map(({ title }) => title).join('; then '), width),
  ];
}

function doLines(run: RunView, node: DoLeaf, width: number): readonly Line[] {
  const { preview } = run;
  if (preview?.node === node.id && !isRefusal(preview.plan)) return planLines(preview.plan, width);
  if (run.holder !== null) return whatItDoes(node, width);
  const refused =
    preview?.node === node.id && isRefusal(preview.plan)
      ? labelled('✖', preview.plan.refused, width, 'bad')
      : labelled('touches', 'reading the targets…', width, 'quiet');
  const mend =
    preview !== null && isRefusal(preview.plan) && preview.plan.mend !== null
      ? labelled('', preview.plan.mend, width)
      : [];
  return [...refused, ...mend, ...whatItDoes(node, width)];
}

/** A leaf that nothing has been done at yet: what it would do. */
export function leafBlock(run: RunView, node: Leaf, width: number): readonly Line[] {
  const head = (end: Line): Line =>
    spread([text(' ▶ ', 'accent'), text(node.title, 'strong')], end, width);
  switch (node.kind) {
    case 'do':
      return [head([text(node.risk, riskTone[node.risk])]), ...doLines(run, node, width)];
    case 'verify':
      return [
        head([text('proves, changes nothing', 'quiet')]),
        ...labelled('verify', node.verify.map(({ title }) => title).join('; then '), width),
      ];
    case 'manual': {
      const own = run.controller.evidence().filter((entry) => entry.step === node.id);
      return [
        head([text(ends[node.ends], 'quiet')]),
        ...own.flatMap((entry) => shownEvidence(entry, width)),
        ...node.checklist.flatMap((item, index) => labelled(`${index + 1}`, item, width)),
      ];
    }
    case 'escalate':
      return [
        head([text('hands the incident up', 'warn')]),
        ...labelled('why', node.reason, width),
      ];
  }
}

/** Lines of an action's output that are kept in sight. */
const OUTPUT_LINES_MAX = 8;

/** An action under way, or one whose outcome is not known. */
export function actingBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const act = run.state.acts.at(-1);
  const unknown = run.state.phase === 'unknown';
  const since = act?.startedAt ?? act?.intendedAt;
  const end: Line =
    since === undefined ? [] : [text(unknown ? 'began ' : 'acting '), elapsed(since)];
  const output = (act?.output ?? []).slice(-OUTPUT_LINES_MAX);
  const told = unknown
    ? 'The outcome is not known: what did it was lost after it began. It is being checked, and never repeated by itself.'
    : 'It goes on if this screen is closed.';
  return [
    spread(
      [text(unknown ? ' ▲ ' : ' ◐ ', unknown ? 'warn' : 'accent'), text(node.title, 'strong')],
      end,
      width,
    ),
    ...indented(`$ ${act?.command ?? ''}`, width, 5, 'quiet'),
    ...output.map((line): Line => [text('     '), text(line)]),
    gap,
    ...indented(told, width, 5, unknown ? 'warn' : 'quiet'),
  ];
}
