import type { ConfirmOverlay } from '../../src/console/session.ts';
import { useSession } from '../kit/context.ts';
import { type Line, text } from '../present/line.ts';
import { evidenceAge, planLines, riskTone } from '../present/plan.ts';
import { gap, indented } from '../present/prose.ts';
import { PANE_WIDTH, SIDE_COLUMNS_MIN } from '../wizard/widths.ts';
import { type Area, boxWidth, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const CONFIRM_WIDTH_MAX = 92;

/** What was refused, in the dialog's place, and what to do. */
function refusalLines(overlay: ConfirmOverlay, width: number): readonly Line[] {
  const { refused } = overlay;
  if (refused === null) return [];
  return [
    gap,
    ...indented(`✖ Not done: ${refused.refused}`, width, 3, 'bad'),
    gap,
    ...(refused.mend === null ? [] : indented(refused.mend, width, 3)),
    gap,
    [text('   Nothing was changed. The run stands where it was.', 'quiet')],
    gap,
    [text('   Esc ', 'accent'), text('back to the run', 'quiet')],
  ];
}

/** The last lines of the dialog: the key that does it, once the dialog has been seen. */
function askLines(overlay: ConfirmOverlay): readonly Line[] {
  const { plan, typed, working, problem, armed } = overlay;
  const lines: Line[] = problem === null ? [] : [[text(`   ▲ ${problem}`, 'warn')]];
  if (working) return [...lines, [text('   ◐ beginning…', 'accent')]];
  if (!armed) return [...lines, [text('   …', 'quiet')]];
  const esc: Line = [text('     Esc ', 'accent'), text('leave it, nothing is done', 'quiet')];
  if (plan.typedName === null) {
    return [...lines, [text('   y ', 'accent'), text(plan.title, 'strong'), ...esc]];
  }
  return [
    ...lines,
    [
      text('   Type '),
      text(plan.typedName, 'bad'),
      text(' and Enter: '),
      text(`${typed}█`, 'strong'),
    ],
    esc.map((span) => span),
  ];
}

/** Everything an action would do, with exact identities, before it is done. */
export function Confirm({ overlay, columns, rows }: OverlayProps<ConfirmOverlay>) {
  const { plan, refused } = overlay;
  const beside = useSession((s) => s.screen === 'wizard') && columns >= SIDE_COLUMNS_MIN;
  // The live panels stay in sight: they show what the action should change.
  const room = beside ? columns - PANE_WIDTH - 3 : columns;
  const width = boxWidth(room, Math.min(room, CONFIRM_WIDTH_MAX));
  const inner = width - 3;
  const ask = askLines(overlay);
  const body: readonly Line[] =
    refused !== null
      ? refusalLines(overlay, inner)
      : [
          [text('     region    ', 'quiet'), text(plan.region, 'strong')],
          ...planLines(plan, inner),
          evidenceAge(plan),
        ];
  const roomRows = rows - 6;
  const lines =
    refused !== null ? body : [...body.slice(0, roomRows - ask.length - 1), gap, ...ask];
  const height = Math.min(rows - 4, lines.length + 2);
  const area: Area = {
    left: Math.max(0, (room - width) >> 1),
    top: Math.max(2, Math.min(4, rows - height - 2)),
    width,
    height,
  };
  const tone = refused === null ? riskTone[plan.risk] : 'bad';
  const title: Line = [
    text(`${plan.title}?`, 'strong'),
    text(`  ${plan.risk}`, riskTone[plan.risk]),
  ];
  return <DialogBox area={area} tone={tone} title={title} lines={lines} />;
}
