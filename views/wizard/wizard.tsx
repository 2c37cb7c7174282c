import { Box } from 'ink';
import { useEffect } from 'react';
import { useSession, useStage } from '../kit/context.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { text } from '../present/line.ts';
import { wizardTitle, wizardView } from '../present/wizard.ts';
import { PinnedLine } from './pinned-line.tsx';
import { PinnedPane } from './pinned-pane.tsx';
import { PANE_WIDTH, SIDE_COLUMNS_MIN } from './widths.ts';

/** A run: the step on the left, what it should change on the right, or in one line above. */
export function Wizard({ width, rows }: { readonly width: number; readonly rows: number }) {
  const { console } = useStage();
  const run = useSession((s) => s.run);
  const covered = useSession((s) => s.overlays.length > 0);
  const runbook = run?.controller.runbook ?? null;
  const beside = width >= SIDE_COLUMNS_MIN;
  const bodyRows = rows - (beside ? 2 : 3);
  const stepWidth = beside ? width - PANE_WIDTH - 2 : width - 1;
  const rule = beside
    ? `${'─'.repeat(stepWidth)}┬${'─'.repeat(PANE_WIDTH + 1)}`
    : '─'.repeat(width);
  const view = run === null ? null : wizardView(run, beside ? stepWidth - 1 : stepWidth, bodyRows);
  const scrollMax = view?.scrollMax ?? 0;
  // What lies on top is what the keys scroll.
  useEffect(() => {
    if (!covered) console.measure(scrollMax);
  }, [console, covered, scrollMax]);
  if (run === null || runbook === null || view === null) return <Box height={rows} />;
  return (
    <Box flexDirection="column" width={width} height={rows}>
      <LineView line={wizardTitle(run, width)} width={width} />
      {beside ? null : <PinnedLine runbook={runbook} width={width} />}
      <LineView line={[text(rule, 'quiet')]} width={width} />
      <Box height={bodyRows}>
        <Lines lines={view.lines} width={stepWidth} rows={bodyRows} />
        {beside ? (
          <>
            <Lines
              lines={Array.from({ length: bodyRows }, () => [text('│', 'quiet')])}
              width={1}
              rows={bodyRows}
            />
            <PinnedPane runbook={runbook} width={PANE_WIDTH} rows={bodyRows} />
          </>
        ) : null}
      </Box>
    </Box>
  );
}
