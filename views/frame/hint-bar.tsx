import { keyContext, scopesOf } from '../../src/console/context.ts';
import { bindingsOf } from '../../src/keymap/bindings.ts';
import { useBoard, useSession, useStage } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { hintLine } from '../present/hints.ts';
import { type Line, text } from '../present/line.ts';

/** The keys of the moment, or what was just said about one; a filter is typed here. */
export function HintBar({ width }: { readonly width: number }) {
  const { ports, appearance } = useStage();
  const session = useSession((s) => s);
  useBoard((board) => board);
  const { toast } = session;
  const working = session.screen === 'wizard' ? (session.run?.working ?? null) : null;
  const top = session.overlays.at(-1);
  let line: Line;
  if (top?.kind === 'filter') {
    const sign = 'log' in top.target && top.target.log === 'filter' ? ' & ' : ' /';
    line = [text(sign, 'accent'), text(`${top.text}█`), text('   ⏎ keep   Esc as before', 'quiet')];
  } else if (working !== null && top === undefined) {
    line = [text(` ◐ ${working}…`, 'accent')];
  } else if (toast !== null) {
    const tone = toast.tone === 'bad' ? 'bad' : 'warn';
    line = [text(toast.tone === 'bad' ? ' ✖ ' : ' ○ ', tone), text(toast.text)];
  } else {
    const scopes = scopesOf(session);
    line = hintLine(bindingsOf(scopes), keyContext(ports, session), width, appearance.unicode);
  }
  return <LineView line={line} width={width} />;
}
