import type { BarSpan } from '../present/line.ts';
import { useTick } from './context.ts';
import { Words } from './words.tsx';

/** How much of the time has gone, as a bar. */
export function Progress({ span }: { readonly span: BarSpan }) {
  const gone = Math.min(1, Math.max(0, (useTick() - span.from) / Math.max(1, span.totalMs)));
  const full = Math.round(gone * span.width);
  return (
    <>
      <Words text={'█'.repeat(full)} tone={span.tone} />
      <Words text={'░'.repeat(span.width - full)} tone="quiet" />
    </>
  );
}
