import { Box } from 'ink';
import { memo, useEffect, useRef } from 'react';
import { panelKinds } from '../../src/console/overview.ts';
import type { DetailPlace } from '../../src/console/session.ts';
import { rowWith } from '../../src/console/table.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { digitOf } from '../../src/keymap/commands.ts';
import { details } from '../details/registry.ts';
import { useLive, useSession, useStage } from '../kit/context.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { useStanding } from '../kit/status.ts';
import { useSteady } from '../kit/steady.ts';
import { TitledRule } from '../kit/titled-rule.tsx';
import { blank, type Line, text } from '../present/line.ts';
import { failureLines } from '../present/status.ts';

interface Size {
  readonly width: number;
  readonly rows: number;
}

/** The row of a detail as it is now, or as it was last seen; null before it ever was. */
function useRow(place: DetailPlace): { readonly row: unknown; readonly gone: boolean } | null {
  const { table } = details[place.panel];
  const now = useLive((live) => [rowWith(table, live, place.id)])[0] ?? null;
  const last = useRef<unknown>(null);
  if (now !== null) last.current = now;
  return last.current === null ? null : { row: last.current, gone: now === null };
}

function goneWords(noun: string): Line {
  return [text(`   ▲ this ${noun} is gone: what follows was known last`, 'warn')];
}

interface DetailFrameProps extends Size {
  readonly title: string;
  readonly panel: PanelId;
  readonly summary: Line;
  readonly lines: readonly Line[];
  readonly foot: Line;
}

/** The picture of a detail; drawn again only when something in it reads differently. */
const DetailFrame = memo(function DetailFrame(props: DetailFrameProps) {
  const { title, panel, summary, lines, foot, width, rows } = props;
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0}>
      <TitledRule
        title={title}
        plain={true}
        digit={digitOf(panel)}
        summary={summary}
        kinds={panelKinds[panel]}
        focused={true}
        width={width}
      />
      <Lines lines={lines} width={width} rows={rows - 2} />
      <LineView line={foot} width={width} />
    </Box>
  );
});

function DetailOf({ place, width, rows }: Size & { readonly place: DetailPlace }) {
  const { console, ports } = useStage();
  const { table, summary, source: ownSource, lines } = details[place.panel];
  const live = useLive((state) => state);
  const scroll = useSession((s) => s.detailScroll);
  const found = useRow(place);
  const standing = useStanding(panelKinds[place.panel]);
  const source = found === null || ownSource === undefined ? standing.source : ownSource(found.row);
  const context = { live, history: ports.history, width };
  const body: readonly Line[] =
    found === null
      ? [[text(`   this ${table.noun} is not there`, 'quiet')]]
      : [
          ...(found.gone ? [goneWords(table.noun)] : []),
          ...failureLines(source, width),
          ...lines(found.row, context),
        ];
  const room = rows - 2;
  const last = Math.max(0, body.length - room);
  useEffect(() => console.measure(last), [console, last]);
  const usage = found === null || found.gone ? undefined : table.usage?.(found.row);
  const viewer = useRef({});
  useEffect(() => {
    const me = viewer.current;
    console.shows(me, usage === undefined ? [] : [usage]);
    return () => console.shows(me, []);
  }, [console, usage]);
  const from = Math.min(scroll, last);
  const below = last - from;
  return (
    <DetailFrame
      title={`${table.noun} ${found === null ? place.id : table.name(found.row)}`}
      panel={place.panel}
      summary={useSteady(found === null ? [] : summary(found.row))}
      lines={useSteady(body.slice(from, from + room))}
      foot={useSteady(
        below > 0
          ? [text(`   … ${below} more line${below === 1 ? '' : 's'} below`, 'quiet')]
          : blank,
      )}
      width={width}
      rows={rows}
    />
  );
}

/** Everything known of one row; it stays, and says so, when the row has gone. */
export function DetailScreen({ width, rows }: Size) {
  const place = useSession((s) => s.detail);
  if (place === null) return <Box height={rows} />;
  return <DetailOf key={`${place.panel} ${place.id}`} place={place} width={width} rows={rows} />;
}
