import { Box } from 'ink';
import { overviewPanels, panelKinds, unfedPanels } from '../../src/console/overview.ts';
import { digitOf, type PanelId } from '../../src/keymap/commands.ts';
import { sourcesOf } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import { useBoard, useLive, useStage } from '../kit/context.ts';
import { Guard } from '../kit/guard.tsx';
import { LineView } from '../kit/lines.tsx';
import { tipWords } from '../present/header.ts';
import {
  type BandShare,
  type BandWish,
  bandsOf,
  shareRows,
  sideBySide,
} from '../present/layout.ts';
import { type Line, text } from '../present/line.ts';
import { rotSummary } from '../present/rot.ts';
import { panels } from '../registry.ts';

/** Lines a failed source tells about itself. */
const FAILURE_ROWS = 3;
/** Panels that sum up: what failed is told in place of the sum. */
const digests: ReadonlySet<PanelId> = new Set(['database', 'cache', 'host']);
/** Kept free while nothing has answered yet, so that less moves when it does. */
const TOP_ROWS_MIN = 6;
/** Containers in a band of their own: the one in the most trouble, and how many more there are. */
const ALONE_ROWS_MIN = 4;
/** With less a band says too little, by its place. */
const LEAST = [6, 2, 2, 1] as const;

/** How many lines a panel would like; one that failed wants room to say so. */
function wish(live: LiveState, panel: PanelId, width: number): number {
  const failed = panelKinds[panel].some((kind) =>
    sourcesOf(live, kind).some(({ status }) => status === 'failed'),
  );
  const wants = panels[panel].wants(live, width);
  if (!failed || panel === 'checks') return wants;
  return digests.has(panel) ? Math.max(FAILURE_ROWS, wants) : wants + FAILURE_ROWS;
}

interface BandProps {
  readonly ids: readonly PanelId[];
  readonly width: number;
  readonly share: BandShare | undefined;
}

function Band({ ids, width, share }: BandProps) {
  if (share === undefined || share.rows === 0) return null;
  const widths = sideBySide(width, ids);
  return (
    <Box height={share.rows} flexShrink={0} columnGap={2} marginBottom={share.gap ? 1 : 0}>
      {ids.map((id, index) => {
        const { View } = panels[id];
        return (
          <Guard key={id} name={`the panel ${id}`} width={widths[index] ?? width} rows={share.rows}>
            <View
              width={widths[index] ?? width}
              rows={share.rows}
              zoomed={false}
              digit={digitOf(id)}
            />
          </Guard>
        );
      })}
    </Box>
  );
}

const NO_TROUBLES: readonly string[] = [];

/** Most packs bring metrics: their place is kept while that is not known, so that less moves. */
function withMetrics(drawn: readonly PanelId[]): readonly PanelId[] {
  return drawn.includes('metrics') ? drawn : [...drawn, 'metrics'];
}

/** Why nothing fills a panel. */
type Unfed = 'starting' | 'unrecorded' | 'unconfigured';

/** What nothing fills; its last words go where there is no room for them. */
function unfedLine(unfed: readonly PanelId[], why: Unfed, width: number): Line {
  if (why === 'starting') return [text(' ◌ starting…', 'quiet')];
  const words = unfed.map((id) => `${digitOf(id)} ${id}`).join('   ');
  if (why === 'unrecorded') return [text(` not recorded  ${words}`, 'quiet')];
  const line = ` not configured  ${words}`;
  const how = '   the digit tells how';
  return [text(line.length + how.length <= width ? line + how : line, 'quiet')];
}

/** All panels at once: beside each other where there is room, else one under the other. */
export function Overview({ width, rows }: { readonly width: number; readonly rows: number }) {
  const fed = useLive(overviewPanels);
  const unfed = useLive(unfedPanels);
  const starting = useBoard((board) => board.starting === true);
  const drawn = starting ? withMetrics(fed) : fed;
  const bands = bandsOf(drawn, width);
  const wants = useLive((live) =>
    bands.map((ids) => {
      const widths = sideBySide(width, ids);
      return Math.max(1, ...ids.map((id, index) => wish(live, id, widths[index] ?? width)));
    }),
  );
  const rot = useBoard((board) => board.rot ?? []);
  const rotten = rotSummary(rot);
  const troubles = useBoard((board) => board.troubles ?? NO_TROUBLES);
  const tip = useBoard(tipWords);
  const recorded = useStage().ports.replay !== undefined;
  const unfedWhy: Unfed = recorded ? 'unrecorded' : starting ? 'starting' : 'unconfigured';
  const footers: readonly Line[] = [
    ...(tip === null ? [] : [[text(' ▸ ', 'accent'), text(tip)]]),
    ...troubles.map((words): Line => [text(` ✖ ${words}`, 'bad')]),
    ...(rotten === null ? [] : [rotten]),
    ...(unfed.length > 0 ? [unfedLine(unfed, unfedWhy, width)] : []),
  ].slice(0, rows >= 12 ? 2 : 0);
  const shares = shareRows(
    rows - footers.length,
    bands.map((ids, index): BandWish => {
      const least = LEAST[Math.min(index, LEAST.length - 1)] ?? 1;
      const first = ids.includes('containers') ? TOP_ROWS_MIN : 1;
      const alone = ids.includes('containers') ? ALONE_ROWS_MIN : 1;
      return {
        wants: Math.max(first, wants[index] ?? 1),
        least: ids.length > 1 ? least : alone,
      };
    }),
  );
  return (
    <Box flexDirection="column" width={width} height={rows}>
      {bands.map((ids, index) => (
        <Band key={ids.join(' ')} ids={ids} width={width} share={shares[index]} />
      ))}
      {footers.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
        <LineView key={index} line={line} width={width} />
      ))}
    </Box>
  );
}
