import { useEffect } from 'react';
import { confirmStage } from '../../src/console/context.ts';
import type { ConfirmOverlay } from '../../src/console/session.ts';
import { useSession, useStage } from '../kit/context.ts';
import { type Line, lineWidth, text } from '../present/line.ts';
import { scrolled } from '../present/list.ts';
import { detailLines, evidenceAge, planLines, riskTone } from '../present/plan.ts';
import { gap, indented, labelled } from '../present/prose.ts';
import { PANE_WIDTH, SIDE_COLUMNS_MIN } from '../wizard/widths.ts';
import { type Area, boxWidth, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const CONFIRM_WIDTH_MAX = 92;
const LOW_ROWS = 16;

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

/** What the dialog waits for: a reason, a name, its key, or nothing at all. */
function askLines(overlay: ConfirmOverlay, width: number): readonly Line[] {
  const { plan, typed, reason, working, problem, armed } = overlay;
  const lines: Line[] = problem === null ? [] : [[text(`   ▲ ${problem}`, 'warn')]];
  if (working) return [...lines, [text('   ◐ beginning…', 'accent')]];
  if (!armed) return [...lines, [text('   …', 'quiet')]];
  const esc: Line = [text('     Esc ', 'accent'), text('leave it, nothing is done', 'quiet')];
  switch (confirmStage(overlay)) {
    case 'barred':
      return [...lines, [text('   ✖ the limit on changes is reached', 'bad'), ...esc]];
    case 'reason':
      return [
        ...lines,
        ...indented(`Why is the limit passed? ${reason}█`, width, 3, 'strong', 3),
        [text('   ⏎ ', 'accent'), text('take the reason', 'quiet'), ...esc],
      ];
    case 'name':
      return [
        ...lines,
        [
          text('   Type '),
          text(plan.typedName ?? '', 'bad'),
          text(' and Enter: '),
          text(`${typed}█`, 'strong'),
        ],
        esc,
      ];
    default: {
      const does: Line = [text('   y ', 'accent'), text(plan.title, 'strong')];
      const fits = lineWidth(does) + lineWidth(esc) <= width;
      return [
        ...lines,
        ...(fits ? [[...does, ...esc]] : [does, [text('   Esc ', 'accent'), ...esc.slice(1)]]),
      ];
    }
  }
}

/** What is to be read before it is confirmed, all of it. */
function bodyLines(overlay: ConfirmOverlay, width: number): readonly Line[] {
  const { plan, refused, reasonTaken, reason } = overlay;
  if (refused !== null) return refusalLines(overlay, width);
  return [
    [text('     region    ', 'quiet'), text(plan.region, 'strong')],
    ...planLines(plan, width),
    ...(reasonTaken ? labelled('reason', reason, width, 'warn', 3) : []),
    evidenceAge(plan),
    ...detailLines(plan, width),
  ];
}

/** Everything an action would do, with exact identities, before it is done. */
export function Confirm({ overlay, columns, rows }: OverlayProps<ConfirmOverlay>) {
  const { console } = useStage();
  const { plan, refused } = overlay;
  const beside = useSession((s) => s.screen === 'wizard') && columns >= SIDE_COLUMNS_MIN;
  // The live panels stay in sight: they show what the action should change.
  const room = beside ? columns - PANE_WIDTH - 3 : columns;
  const width = boxWidth(room, Math.min(room, CONFIRM_WIDTH_MAX));
  const inner = width - 3;
  const ask = refused === null ? askLines(overlay, inner) : [];
  const body = bodyLines(overlay, inner);
  // On a low screen nothing is spared for what lies behind: targets and command have to be read.
  const low = rows < LOW_ROWS;
  const around = low ? 2 : 4;
  const parted = ask.length === 0 || low ? ask : [gap, ...ask];
  const roomRows = Math.max(1, rows - around - 2 - parted.length);
  const last = Math.max(0, body.length - roomRows);
  useEffect(() => console.measure(last), [console, last]);
  const shown = scrolled(body, overlay.scroll, roomRows);
  const lines = [...shown, ...parted];
  const height = Math.min(rows - around, lines.length + 2);
  const area: Area = {
    left: Math.max(0, (room - width) >> 1),
    top: low ? 1 : Math.max(2, Math.min(4, rows - height - 2)),
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
