import { useBoard, useLive, useSession, useStage, useTick } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { incidentWords } from '../present/header.ts';
import { elapsed, type Line, spread, text } from '../present/line.ts';
import { overallWords } from '../present/status.ts';

/** `12:03:44Z` */
function utcClock(now: number): string {
  return `${new Date(now).toISOString().slice(11, 19)}Z`;
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
  const overall = overallWords(sources);
  const start: Line = [
    text(' '),
    text(region.name, 'strong'),
    text(`  ${region.system ?? 'no system recognised'}`),
    ...(ports.readOnly ? [text('  read-only', 'warn')] : []),
    text('   '),
    ...incidentWords(incident),
  ];
  const end: Line = [
    ...(frozen === null ? [] : [text('▲ FROZEN ', 'warn'), elapsed(frozen, 'warn'), text(' ')]),
    text(`${utcClock(useTick())}  `, 'quiet'),
    text(overall.text, overall.tone),
  ];
  return <LineView line={spread(start, end, width)} width={width} />;
}
