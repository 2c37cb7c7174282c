import { messageOf, pointsOf } from '../../src/console/run-context.ts';
import type { RunView } from '../../src/console/session.ts';
import type { ChecklistStep, GraphNode, NotifyStep } from '../../src/runbooks/graph.ts';
import { type Line, lineWidth, type Span, sized, spread, type Tone, text, wrap } from './line.ts';
import { gap, indented, labelled } from './prose.ts';
import { answerLines, gatherLines } from './wizard-answer.ts';
import { wayLines } from './wizard-ways.ts';

/** A title with its sign, on as many lines as it needs, and what stands at the end of the first. */
export function titled(
  sign: string,
  title: string,
  width: number,
  end: readonly Span[] = [],
  tone: Tone = 'accent',
): readonly Line[] {
  return wrap(title, width - 5 - lineWidth(end)).map((part, index) =>
    spread(
      [text(index === 0 ? ` ${sign} ` : '   ', tone), text(part, 'strong')],
      index === 0 ? end : [],
      width,
    ),
  );
}

/** Where the runbook departs from its source, or why it does what it does. */
export function whyLines(node: GraphNode, width: number): readonly Line[] {
  return node.why === null ? [] : indented(node.why, width, 5, 'quiet', 3);
}

/** What was given for the inputs that hold here. */
export function givenLines(run: RunView, width: number): readonly Line[] {
  const given = run.controller.inputs().filter((input) => input.given);
  const words = given.map(({ spec, text: value }) => `${spec.title}: ${value}`).join('   ');
  return words === '' ? [] : labelled('given', words, width, 'plain', 3);
}

/** The answers shown beside a question, a checklist or a finding. */
export function shownLines(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const read = run.controller.answersOf(node.id);
  return read.flatMap((evidence) => answerLines(evidence, width));
}

/** A step waits for values that only the operator has. */
export function inputBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const fields = run.controller.inputs().flatMap(({ spec, text: value, given }) => {
    const state = given ? 'given' : value === null ? 'wanted' : 'proposed';
    return [
      spread(
        [
          text(given ? '     ✔ ' : '     ○ ', given ? 'ok' : 'accent'),
          text(`${spec.title}  `),
          text(value ?? '–', given ? 'strong' : 'quiet'),
        ],
        [text(`${spec.type}, ${state}`, 'quiet')],
        width,
      ),
    ];
  });
  return [
    ...titled('▶', node.title, width, [text('asks for input', 'warn')]),
    ...whyLines(node, width),
    gap,
    ...fields,
    gap,
    [text('   ⏎ ', 'accent'), text('gives the values, one after the other', 'quiet')],
  ];
}

function observingLines(run: RunView): readonly Line[] {
  const words = run.state.phase === 'observing' ? '     reading the evidence…' : '';
  return words === '' ? [] : [[text(words, 'quiet')]];
}

/** Stands before the point at hand: the part in sight follows it. */
export const POINT_HERE = '   ▸ ';

/** The point at hand and its ticks; Space and the moving keys work on it. */
export function pointLines(run: RunView, width: number): readonly Line[] {
  const { ticked, cursor } = run.desk;
  return pointsOf(run).flatMap((point, place): readonly Line[] => {
    const done = ticked.includes(place);
    const here = place === cursor;
    return wrap(point, width - 10).map((part, index) => [
      text(index === 0 && here ? POINT_HERE : '     ', 'accent'),
      text(index === 0 ? (done ? '[x] ' : '[ ] ') : '    ', done ? 'ok' : 'plain'),
      text(part, done ? 'quiet' : here ? 'strong' : 'plain'),
    ]);
  });
}

function checklistBlock(run: RunView, node: ChecklistStep, width: number): readonly Line[] {
  const total = node.checklist.length;
  const done = run.desk.ticked.length;
  const end = text(`${done} of ${total} done`, done === total ? 'ok' : 'plain');
  const keys: Line =
    done === total
      ? [text('   ⏎ ', 'accent'), text('goes on', 'quiet')]
      : [
          text('   Space ', 'accent'),
          text('ticks   ', 'quiet'),
          text('s ', 'accent'),
          text('goes on with a reason', 'quiet'),
        ];
  return [
    ...titled('▶', node.title, width, [end]),
    ...whyLines(node, width),
    ...observingLines(run),
    ...shownLines(run, node, width),
    gap,
    ...pointLines(run, width),
    gap,
    keys,
  ];
}

const messageWords = { drafted: 'draft', sent: 'sent', copied: 'copied' } as const;

function notifyBlock(run: RunView, node: NotifyStep, width: number): readonly Line[] {
  const message = messageOf(run);
  if (message === null) {
    return [...titled('◐', node.title, width), [text('     drafting the message…', 'quiet')]];
  }
  const sent = message.state !== 'drafted';
  const body = message.text.split('\n').flatMap((line): readonly Line[] => {
    const lines = indented(line, width - 4, 2);
    return (lines.length > 0 ? lines : [gap]).map((part) => [
      text('     │', 'quiet'),
      ...sized(part, width - 8),
    ]);
  });
  const state = text(messageWords[message.state], sent ? 'ok' : 'warn');
  return [
    ...titled(sent ? '✔' : '▶', node.title, width, [state]),
    ...whyLines(node, width),
    ...labelled('to', message.recipients.join(', ') || 'nobody named', width, 'strong', 3),
    gap,
    ...body,
    gap,
    sent
      ? [text('   ⏎ ', 'accent'), text('goes on', 'quiet')]
      : [
          text('   ⏎ ', 'accent'),
          text('sends it, after its dialog   ', 'quiet'),
          text('c ', 'accent'),
          text('copies it   ', 'quiet'),
          text('s ', 'accent'),
          text('leaves it out', 'quiet'),
        ],
  ];
}

/** A step: its question, what was read for it, the ways on. */
export function stepBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  if (node.kind === 'checklist') return checklistBlock(run, node, width);
  if (node.kind === 'notify') return notifyBlock(run, node, width);
  const { state, controller } = run;
  const visit = state.path.findLast((entry) => entry.step === state.current);
  const observing = state.phase === 'observing';
  const fresh = controller.evidence().find((entry) => entry.step === node.id);
  const own = fresh ?? visit?.evidence ?? null;
  const answers =
    node.kind === 'gather'
      ? gatherLines(node, own, width)
      : node.kind === 'ask'
        ? shownLines(run, node, width)
        : own === null
          ? []
          : answerLines(own, width);
  const undecided = !observing && visit?.recommended == null;
  return [
    ...titled(observing ? '◐' : '▶', node.title, width),
    ...whyLines(node, width),
    ...observingLines(run),
    ...answers,
    ...givenLines(run, width),
    gap,
    ...wayLines(run, visit, width),
    ...(undecided
      ? [
          gap,
          [
            text('   ▲ nothing decides this: choose a way with o, or its number', 'warn'),
          ] satisfies Line,
        ]
      : []),
  ];
}
