import type { FormOverlay } from '../../src/console/session.ts';
import { formLines } from '../present/form.ts';
import { text } from '../present/line.ts';
import { centred, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const WIDTH_MAX = 84;

/** Values asked for one after the other, checked as they are typed. */
export function Form({ overlay, columns, rows }: OverlayProps<FormOverlay>) {
  const width = Math.min(WIDTH_MAX, columns);
  const lines = formLines(overlay, width - 3);
  const area = centred(columns, rows, width, lines.length + 2);
  const place = overlay.fields.length > 1 ? `  ${overlay.at + 1} of ${overlay.fields.length}` : '';
  return (
    <DialogBox
      area={area}
      tone="accent"
      title={[text(overlay.title, 'strong'), text(place, 'quiet')]}
      lines={lines}
    />
  );
}
