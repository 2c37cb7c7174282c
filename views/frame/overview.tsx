import { Box } from 'ink';
import { breakerRows, checkRows, containerRows, metricRows } from '../../src/console/rows.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { sourcesOf } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import { useLive } from '../kit/context.ts';
import { checkColumns } from '../panels/checks.tsx';
import { type BandShare, type BandWish, halves, shareRows } from '../present/layout.ts';
import { digitOf, panels } from '../registry.ts';

/** Lines a failed source tells about itself. */
const FAILURE_ROWS = 3;
const CACHE_ROWS = 4;
/** Kept free while nothing has answered yet, so that less moves when it does. */
const TOP_ROWS_MIN = 6;

/** How many lines each panel would like; a panel that failed wants room to say so. */
function wishes(live: LiveState, width: number): Readonly<Record<PanelId | 'failed', number>> {
  const failed = (...kinds: readonly Parameters<typeof sourcesOf>[1][]) =>
    kinds.some((kind) => sourcesOf(live, kind).some(({ status }) => status === 'failed'))
      ? FAILURE_ROWS
      : 0;
  const checks = Math.ceil(checkRows(live, '').length / checkColumns(width));
  return {
    containers: containerRows(live, '').length + failed('containers', 'usage'),
    metrics: metricRows(live, '').length + failed('metrics'),
    breakers: breakerRows(live, '').length + failed('metrics'),
    cache: CACHE_ROWS,
    checks: Math.max(1, checks),
    failed: failed('cache'),
  };
}

const band = (least: number, ...wants: readonly number[]): BandWish => ({
  wants: Math.max(1, ...wants),
  least,
});

/** The cache's own lines come back under its failure where there is room. */
const belowFailure: Pick<BandWish, 'spare'> = { spare: FAILURE_ROWS };

function Pair(props: {
  readonly ids: readonly [PanelId, PanelId];
  readonly widths: readonly [number, number];
  readonly rows: number;
}) {
  const { ids, widths, rows } = props;
  const [First, Second] = [panels[ids[0]], panels[ids[1]]];
  return (
    <Box height={rows} flexShrink={0}>
      <First width={widths[0]} rows={rows} zoomed={false} digit={digitOf(ids[0])} />
      <Box width={2} flexShrink={0} />
      <Second width={widths[1]} rows={rows} zoomed={false} digit={digitOf(ids[1])} />
    </Box>
  );
}

function Single({ id, width, rows }: { id: PanelId; width: number; rows: number }) {
  const Panel = panels[id];
  return <Panel width={width} rows={rows} zoomed={false} digit={digitOf(id)} />;
}

/** All panels at once: two beside each other, or one under the other on a narrow terminal. */
export function Overview({ width, rows }: { readonly width: number; readonly rows: number }) {
  const want = useLive((live) => wishes(live, width));
  const wide = halves(width, 0.56);
  const even = halves(width, 0.5);
  const draw = (share: BandShare | undefined, content: (rows: number) => React.ReactNode) =>
    share === undefined || share.rows === 0 ? null : (
      <Box flexDirection="column" flexShrink={0} marginBottom={share.gap ? 1 : 0}>
        {content(share.rows)}
      </Box>
    );
  if (wide === null || even === null) {
    const ids = ['containers', 'metrics', 'breakers', 'cache', 'checks'] as const;
    const shares = shareRows(
      rows,
      ids.map((id) => band(1, want[id])),
    );
    return (
      <Box flexDirection="column" width={width} height={rows} overflow="hidden">
        {ids.map((id, index) => (
          <Box key={id}>
            {draw(shares[index], (r) => (
              <Single id={id} width={width} rows={r} />
            ))}
          </Box>
        ))}
      </Box>
    );
  }
  const shares = shareRows(rows, [
    band(4, TOP_ROWS_MIN, want.containers, want.metrics),
    { ...band(3, want.breakers, want.cache), ...(want.failed > 0 ? belowFailure : {}) },
    band(1, want.checks),
  ]);
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      {draw(shares[0], (r) => (
        <Pair ids={['containers', 'metrics']} widths={wide} rows={r} />
      ))}
      {draw(shares[1], (r) => (
        <Pair ids={['breakers', 'cache']} widths={even} rows={r} />
      ))}
      {draw(shares[2], (r) => (
        <Single id="checks" width={width} rows={r} />
      ))}
    </Box>
  );
}
