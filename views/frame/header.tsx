import type { Region } from '../../src/domain/region.ts';
import { useBoard, useLive, useReplay, useSession, useStage, useTick } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { incidentWords, replayWords } from '../present/header.ts';
import { elapsed, type Line, spread, text } from '../present/line.ts';
import { overallWords, type StatusWords } from '../present/status.ts';

/** From here on there is room to say how the panels go on. */
const THAW_COLUMNS_MIN = 100;

/** `12:03:44Z` */
function utcClock(now: number): string {
  return `${new Date(now).toISOString().slice(11, 19)}Z`;
}

/** The system behind the region's name, where it is not called the same. */
function systemWords({ name, system }: Region, starting: boolean): string {
  if (system === null) return starting ? '' : '  no system recognised';
  return system === name ? '' : `  ${system}`;
}

/** Where one is, what is open, what time it is and whether what is shown can be trusted. */
export function Header({ width }: { readonly width: number }) {
  const { ports } = useStage();
  const region = useLive((live) => live.region);
  const sources = useLive((live) => Object.values(live.sources));
  const newest = useBoard((board) => board.incidents[0]);
  const own = useBoard((board) => board.incidents);
  const runIncident = useSession((s) => s.run?.state.incident ?? null);
  const frozen = useSession((s) => s.frozen?.at ?? null);
  const incident = own.find(({ id }) => id === runIncident) ?? newest;
  const starting = useBoard((board) => board.starting === true);
  // Until the pack's own sources are there, those that answer are not all.
  const answering = sources.every(({ status }) => status === 'live');
  const now = useTick();
  const replay = useReplay();
  const overall: StatusWords =
    starting && answering ? { text: '◌ starting', tone: 'quiet' } : overallWords(sources);
  const start: Line = [
    text(' '),
    text(region.name, 'strong'),
    text(systemWords(region, starting)),
    ...(replay === null ? [] : [text('  replay', 'accent')]),
    ...(ports.readOnly ? [text('  read-only', 'warn')] : []),
    text('   '),
    ...incidentWords(incident),
  ];
  const thaw: Line = [text(width >= THAW_COLUMNS_MIN ? '  z goes on   ' : ' ', 'warn')];
  const end: Line = [
    ...(frozen === null ? [] : [text('▲ FROZEN ', 'warn'), elapsed(frozen, 'warn'), ...thaw]),
    ...(replay === null ? [] : [text(`${new Date(now).toISOString().slice(0, 10)} `, 'quiet')]),
    text(`${utcClock(now)}  `, 'quiet'),
    ...(replay === null ? [text(overall.text, overall.tone)] : replayWords(replay)),
  ];
  return <LineView line={spread(start, end, width)} width={width} />;
}
