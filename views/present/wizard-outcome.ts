import { undoable } from '../../src/console/run-context.ts';
import { otherwiseOf, triesAgain } from '../../src/console/run-turns.ts';
import type { RunView } from '../../src/console/session.ts';
import { formatAge, formatClock } from '../../src/domain/duration.ts';
import { countdown } from '../../src/engine/countdown.ts';
import type { Act, Outcome, Readings, RunState, Verification } from '../../src/engine/state.ts';
import type { GraphNode } from '../../src/runbooks/graph.ts';
import { bar, elapsed, type Line, lineWidth, phrase, spread, type Tone, text } from './line.ts';
import { proofSpark } from './proof-spark.ts';
import { gap, indented, labelled } from './prose.ts';

const BAR_WIDTH_MAX = 20;

/** `p95  1.42 s → 0.61 s      errors  6.1 % → 0.8 %`, as many on a line as fit. */
function readingLines(before: Readings, now: Readings, width: number): readonly Line[] {
  const lines: Line[] = [];
  let line: Line = [text('     ')];
  for (const name of Object.keys({ ...before, ...now })) {
    const moved = before[name] !== now[name];
    const item: Line = [
      text(`${name} `, 'quiet'),
      text(`${before[name] ?? '–'} → `, 'quiet'),
      text(`${now[name] ?? '–'}     `, moved ? 'strong' : 'plain'),
    ];
    if (lineWidth(line) + lineWidth(item) > width && lineWidth(line) > 5) {
      lines.push(line);
      line = [text('     ')];
    }
    line = [...line, ...item];
  }
  return lineWidth(line) > 5 ? [...lines, line] : lines;
}

const actWords: Readonly<
  Record<Act['state'], { readonly sign: string; readonly tone: Tone; readonly word: string }>
> = {
  intended: { sign: '◐', tone: 'accent', word: 'about to begin' },
  started: { sign: '◐', tone: 'accent', word: 'under way' },
  done: { sign: '✔', tone: 'ok', word: 'done' },
  failed: { sign: '✖', tone: 'bad', word: 'failed' },
  refused: { sign: '✖', tone: 'bad', word: 'refused, nothing was done' },
  unknown: { sign: '▲', tone: 'warn', word: 'outcome unknown' },
  'not-done': { sign: '–', tone: 'warn', word: 'proved never to have begun' },
};

/** What was done, and how it went. */
function actLines(act: Act, width: number): readonly Line[] {
  const { sign, tone, word } = actWords[act.state];
  const took =
    act.startedAt !== null && act.endedAt !== null
      ? ` in ${((act.endedAt - act.startedAt) / 1000).toFixed(1)} s`
      : '';
  const undo = act.undoOf === null ? '' : 'undo: ';
  return [
    spread(
      [text(` ${sign} `, tone), text(`${undo}${act.command}`)],
      [text(`${word}${took}`, tone)],
      width,
    ),
    ...(act.message === null || act.state === 'done' ? [] : indented(act.message, width, 5, tone)),
  ];
}

function progressHead(proof: Verification, width: number): Line {
  const start: Line = [text(' ◐ ', 'accent'), text(proof.title, 'strong')];
  const barWidth = Math.max(6, Math.min(BAR_WIDTH_MAX, width - 50));
  const { since, ofMs } = clockOf(proof);
  const end: Line = [
    elapsed(since, 'plain', 5),
    text(` of ${formatClock(ofMs)}  `, 'quiet'),
    bar(since, ofMs, barWidth),
  ];
  return spread(start, end, width);
}

/** The clock that runs: until it holds, or for how long it must go on holding. */
function clockOf(proof: Verification) {
  const { startedAt, holdsSince } = proof;
  const { waitsFor, ofMs } = countdown(proof, startedAt);
  return waitsFor === 'going on holding'
    ? { since: holdsSince ?? startedAt, ofMs, words: 'holds; it has to last, ends' }
    : { since: startedAt, ofMs, words: 'not yet; given up' };
}

/** Which proof it is, how often it was looked at, and when it ends. */
function countLine(proof: Verification): Line {
  const samples = proof.samples === 1 ? '1 sample' : `${proof.samples} samples`;
  const which = proof.total > 1 ? `proof ${proof.index + 1} of ${proof.total}   ` : '';
  const { since, ofMs, words } = clockOf(proof);
  return [
    text(`     ${which}${samples}   `, 'quiet'),
    phrase('left', since + ofMs, { before: `${words} ` }, 'quiet'),
  ];
}

/** The number it watches, as it went since the first look. */
function sparkLines(proof: Verification): readonly Line[] {
  const drawn = proofSpark(proof);
  if (proof.signal === null || drawn === '') return [];
  const name = proof.signal.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const now = proof.now[name] ?? proof.now[proof.signal];
  const words = now === undefined ? '' : `  ${now}`;
  return [[text(`     ${name}  `, 'quiet'), text(drawn, 'accent'), text(words, 'strong')]];
}

/** The proof under way: what is awaited, for how long, what was last seen, before and now. */
export function verifyingBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const { acts, verification: proof } = run.state;
  const act = acts.at(-1);
  const done = act === undefined ? [] : actLines(act, width);
  if (proof === null) {
    return [...done, [text(' ◐ ', 'accent'), text(`${node.title}: verifying…`, 'strong')]];
  }
  return [
    ...done,
    gap,
    progressHead(proof, width),
    ...indented(proof.latest ?? 'the first sample is awaited', width, 5),
    countLine(proof),
    ...sparkLines(proof),
    gap,
    ...readingLines(proof.before, proof.now, width),
  ];
}

function otherKeys(run: RunView): string {
  const undo = undoable(run) ? 'u takes the change back   ' : '';
  return `o tries again or turns elsewhere   ${undo}E escalates`;
}

/** The action or its proof failed: what failed, and what can be done. */
export function stuckBlock(run: RunView, node: GraphNode, width: number): readonly Line[] {
  const { acts, verification: proof } = run.state;
  const act = acts.at(-1);
  const failed = proof?.state === 'failed';
  const otherwise = triesAgain(run) ? null : otherwiseOf(run);
  const title =
    otherwise === null ? null : (run.controller.runbook.nodes.get(otherwise)?.title ?? otherwise);
  return [
    [
      text(' ✖ ', 'bad'),
      text(node.title, 'strong'),
      text(failed ? ': not proved' : ': not done', 'bad'),
    ],
    ...(act === undefined ? [] : actLines(act, width)),
    ...(failed && proof !== null
      ? [
          ...indented(`not within ${formatAge(proof.withinMs)}: ${proof.title}`, width, 5, 'bad'),
          ...indented(`last seen: ${proof.latest ?? 'nothing'}`, width, 5),
          ...readingLines(proof.before, proof.now, width),
        ]
      : []),
    gap,
    ...(title === null ? [] : indented(`⏎ goes on with: ${title}`, width, 5, 'accent')),
    ...(title === null ? indented('⏎ tries it again', width, 5, 'accent') : []),
    ...indented(otherKeys(run), width, 5, 'quiet'),
  ];
}

const outcomes: Readonly<
  Record<Outcome, { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  resolved: { words: 'Resolved', tone: 'ok', sign: '✔' },
  watching: { words: 'Watching', tone: 'plain', sign: '●' },
  'handed-over': { words: 'Handed over', tone: 'plain', sign: '●' },
  escalated: { words: 'Escalated', tone: 'warn', sign: '▲' },
  'false-alarm': { words: 'False alarm', tone: 'plain', sign: '●' },
  stopped: { words: 'Stopped', tone: 'warn', sign: '▲' },
};

function proofWord(state: RunState): Line {
  if (state.verified === true) return [text(', verified', 'ok')];
  return state.verified === false ? [text(', not verified', 'bad')] : [];
}

/** What the runbook says where it ended; an action or a proof has said it already. */
function endingLines({ controller, state }: RunView, width: number): readonly Line[] {
  const node = controller.runbook.nodes.get(state.current);
  const tells = node?.kind === 'end' || node?.kind === 'manual';
  return tells && state.outcome === node.ends ? indented(node.title, width, 5) : [];
}

/** Where the record is; nothing where it ends with the screen. */
function recordLines({ fleeting, state }: RunView, width: number): readonly Line[] {
  const shown = fleeting === null ? `opsconsole incidents show ${state.incident}` : fleeting.record;
  return shown === null ? [] : [gap, ...labelled('journal', shown, width)];
}

/** How the run ended, what was done and proved, and where the record is. */
export function finishedBlock(run: RunView, width: number): readonly Line[] {
  const { state } = run;
  const { words, tone, sign } = outcomes[state.outcome ?? 'stopped'];
  const took = state.endedAt === null ? '' : `in ${formatClock(state.endedAt - state.startedAt)}`;
  const proof = state.verification;
  return [
    spread(
      [text(` ${sign} `, tone), text(words, 'strong'), ...proofWord(state)],
      [text(took, 'quiet')],
      width,
    ),
    ...endingLines(run, width),
    gap,
    ...state.acts.flatMap((act) => actLines(act, width)),
    ...(proof === null
      ? []
      : [gap, ...sparkLines(proof), ...readingLines(proof.before, proof.now, width)]),
    ...state.messages.flatMap(({ recipients, state: became }) =>
      labelled('message', `${became} to ${recipients.join(', ')}`, width),
    ),
    ...recordLines(run, width),
    gap,
    [
      text('   Esc ', 'accent'),
      text('back   ', 'quiet'),
      ...(undoable(run) ? [text('u ', 'accent'), text('takes the last change back', 'quiet')] : []),
    ],
  ];
}
