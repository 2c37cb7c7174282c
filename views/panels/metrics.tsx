import { metricsTable } from '../../src/console/tables/metrics.ts';
import { factsOf } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import { useLive } from '../kit/context.ts';
import { type Line, text } from '../present/line.ts';
import { metricsView } from '../present/metrics.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel } from './table-panel.tsx';

/** Problems told over the rows; a query that fails is told where its signal is looked for. */
const PROBLEMS_SHOWN = 3;

/** What sources that answer could not bring. */
function problemsOf(live: LiveState): readonly string[] {
  return factsOf(live, 'metrics').flatMap(({ value }) => value.problems ?? []);
}

function problemLines(problems: readonly string[]): readonly Line[] {
  const more = problems.length - PROBLEMS_SHOWN;
  return [
    ...problems.slice(0, PROBLEMS_SHOWN).map((words): Line => [text(`   ▲ ${words}`, 'warn')]),
    ...(more > 0 ? [[text(`     and ${more} more`, 'quiet')]] : []),
  ];
}

function MetricsPanel(props: PanelProps) {
  const problems = useLive(problemsOf);
  return (
    <TablePanel
      {...props}
      table={metricsTable}
      view={metricsView}
      title="Metrics"
      summary={problems.length === 0 ? [] : [text(`${problems.length} problems`, 'warn')]}
      above={problemLines(problems)}
      empty="no signal: the system pack declares them"
    />
  );
}

/** The signals that are numbers, with their recent past. */
export const metricsPanel: Panel = {
  View: MetricsPanel,
  wants: (live) => metricsTable.rows(live).length,
};
