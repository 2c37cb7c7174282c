import type { LeaveOverlay, MessageOverlay, TextOverlay } from '../../src/console/session.ts';
import { type Line, text } from '../present/line.ts';
import { gap, indented } from '../present/prose.ts';
import { centred, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const MESSAGE_WIDTH_MAX = 70;

/** Something the operator must know: what happened, and what to do next. */
export function Message({ overlay, columns, rows }: OverlayProps<MessageOverlay>) {
  const width = Math.min(MESSAGE_WIDTH_MAX, columns - 4);
  const bad = overlay.tone === 'bad';
  const lines: readonly Line[] = [
    gap,
    ...overlay.text
      .split('\n')
      .flatMap((line) => indented(line, width - 3, 2, bad ? 'bad' : 'plain')),
    ...(overlay.mend === null ? [] : [gap, ...indented(overlay.mend, width - 3, 2)]),
    gap,
    overlay.armed ? [text('  Esc ', 'accent'), text('close', 'quiet')] : gap,
  ];
  const area = centred(columns, rows, width, lines.length + 2);
  const title: Line = [text(bad ? `✖ ${overlay.title}` : overlay.title, 'strong')];
  return <DialogBox area={area} tone={bad ? 'bad' : 'accent'} title={title} lines={lines} />;
}

/** Asked before leaving while a run is under way. */
export function Leave({ overlay, columns, rows }: OverlayProps<LeaveOverlay>) {
  const width = Math.min(MESSAGE_WIDTH_MAX, columns - 4);
  const keys: Line = [
    text('  y ', 'accent'),
    text(overlay.to === null ? 'leave     ' : 'go there     ', 'quiet'),
    text('Esc ', 'accent'),
    text('stay', 'quiet'),
  ];
  const words = indented(overlay.text, width - 3, 2);
  const lines: readonly Line[] = [
    gap,
    ...words,
    gap,
    overlay.armed ? keys : [text('  …', 'quiet')],
  ];
  const area = centred(columns, rows, width, lines.length + 2);
  const title = overlay.to === null ? 'Leave?' : `Go to ${overlay.to}?`;
  return <DialogBox area={area} tone="warn" title={[text(title, 'strong')]} lines={lines} />;
}

/** A field for a few words: a reason, a note. */
export function TextField({ overlay, columns, rows }: OverlayProps<TextOverlay>) {
  const width = Math.min(MESSAGE_WIDTH_MAX, columns - 4);
  const lines: readonly Line[] = [
    gap,
    ...indented(`${overlay.text}█`, width - 3, 2, 'strong'),
    gap,
    overlay.problem === null
      ? [
          text('  ⏎ ', 'accent'),
          text('take it     ', 'quiet'),
          text('Esc ', 'accent'),
          text('cancel', 'quiet'),
        ]
      : [text(`  ▲ ${overlay.problem}`, 'warn')],
  ];
  const area = centred(columns, rows, width, lines.length + 2);
  return (
    <DialogBox area={area} tone="accent" title={[text(overlay.title, 'strong')]} lines={lines} />
  );
}
