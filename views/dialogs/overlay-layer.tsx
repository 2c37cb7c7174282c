import type { Overlay } from '../../src/console/session.ts';
import { useSession } from '../kit/context.ts';
import { Confirm } from './confirm.tsx';
import { Form } from './form.tsx';
import { List } from './list.tsx';
import { Leave, Message, TextField } from './message.tsx';
import { Palette } from './palette.tsx';
import { Pick } from './pick.tsx';
import { Reader } from './reader.tsx';

export interface OverlayProps<O extends Overlay> {
  readonly overlay: O;
  readonly columns: number;
  readonly rows: number;
}

/** The topmost overlay over the screen; the filter is typed in the hint bar instead. */
export function OverlayLayer({
  columns,
  rows,
}: {
  readonly columns: number;
  readonly rows: number;
}) {
  const overlay = useSession((s) => s.overlays.at(-1) ?? null);
  switch (overlay?.kind) {
    case 'confirm':
      return <Confirm key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'reader':
      return <Reader key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'list':
      return <List key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'palette':
      return <Palette key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'pick':
      return <Pick key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'form':
      return <Form key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'message':
      return <Message key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'leave':
      return <Leave key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    case 'text':
      return <TextField key={overlay.id} overlay={overlay} columns={columns} rows={rows} />;
    default:
      return null;
  }
}
