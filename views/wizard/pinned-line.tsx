import type { Runbook } from '../../src/runbooks/graph.ts';
import { useLive } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { pinnedLine } from '../present/pinned.ts';

/** The live part of the wizard where there is no room for panels beside the step. */
export function PinnedLine({
  runbook,
  width,
}: {
  readonly runbook: Runbook;
  readonly width: number;
}) {
  const live = useLive((state) => state);
  return <LineView line={pinnedLine(live, runbook, width)} width={width} />;
}
