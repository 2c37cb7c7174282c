import { useMemo } from 'react';
import { keyContext, scopesOf } from '../../src/console/context.ts';
import type { SessionState } from '../../src/console/session.ts';
import { bindingsOf } from '../../src/keymap/bindings.ts';
import { useBoard, useReplay, useSession, useStage } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { useSteady } from '../kit/steady.ts';
import { hintLine } from '../present/hints.ts';
import { type Line, text } from '../present/line.ts';

/** The keys of the moment; the same line while the same keys do the same. */
function useHints(session: SessionState, width: number): Line {
  const { ports, appearance } = useStage();
  useBoard((board) => board);
  useReplay();
  const scopes = useSteady(scopesOf(session, ports));
  const context = useSteady(keyContext(ports, session));
  return useMemo(
    () => hintLine(bindingsOf(scopes), context, width, appearance.unicode),
    [scopes, context, width, appearance],
  );
}

/** The keys of the moment, or what was just said about one; a filter is typed here. */
export function HintBar({ width }: { readonly width: number }) {
  const session = useSession((s) => s);
  const { toast } = session;
  const working = session.screen === 'wizard' ? (session.run?.working ?? null) : null;
  const top = session.overlays.at(-1);
  const hints = useHints(session, width);
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
    line = hints;
  }
  return <LineView line={line} width={width} />;
}
