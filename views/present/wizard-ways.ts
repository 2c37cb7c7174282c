import { turnsFrom, type WayOn } from '../../src/console/run-turns.ts';
import type { RunView } from '../../src/console/session.ts';
import type { Visit } from '../../src/engine/state.ts';
import type { Upcoming } from '../../src/engine/upcoming.ts';
import { type Line, type Span, spread, text } from './line.ts';
import { riskTone } from './plan.ts';
import { gap, indented, labelled } from './prose.ts';

/** Ways that stand under a leaf; `o` lists all of them. */
const OTHERS_MAX = 4;

/** What a way changes: its own risk, else the worst it may come to. */
function riskSpans(run: RunView, to: string, next: readonly Upcoming[]): readonly Span[] {
  const coming = next.find(({ id }) => id === to);
  const node = run.controller.runbook.nodes.get(to);
  const risk = coming?.risk ?? (node?.kind === 'do' ? node.risk : null);
  if (risk !== null) return [text(risk, riskTone[risk])];
  const worst = coming?.worst ?? null;
  return worst === null ? [] : [text(`then up to ${worst}`, 'quiet')];
}

const titleOf = (run: RunView, id: string): string =>
  run.controller.runbook.nodes.get(id)?.title ?? id;

/** The ways on from a step, the recommended one marked and told why, each with its key and risk. */
export function wayLines(run: RunView, visit: Visit | undefined, width: number): readonly Line[] {
  const best = visit?.recommended ?? null;
  const next = run.controller.upcoming();
  const ways = turnsFrom(run);
  return ways.flatMap(({ to, because }, place): readonly Line[] => {
    const chosen = best?.to === to;
    const why = chosen && best !== null && best.because !== '' ? best.because : because;
    const sure: readonly Span[] = chosen
      ? [text(best?.sure === true ? '   sure' : '   not sure', best?.sure === true ? 'ok' : 'warn')]
      : [];
    return [
      spread(
        [
          text(chosen ? '   ➜ ' : '     ', 'accent'),
          ...keySpan(place),
          text(titleOf(run, to), chosen ? 'strong' : 'plain'),
        ],
        [...riskSpans(run, to, next), ...sure],
        width,
      ),
      ...indented(why, width, 9, 'quiet', 2),
    ];
  });
}

function keySpan(place: number): readonly Span[] {
  return [text(place < 9 ? `${place + 1}  ` : '   ', 'accent')];
}

function otherLine(run: RunView, way: WayOn, place: number, width: number): Line {
  return spread(
    [
      text('     '),
      ...keySpan(place),
      text(`${titleOf(run, way.to)}  `),
      text(way.because, 'quiet'),
    ],
    riskSpans(run, way.to, []),
    width,
  );
}

/** The other ways at a leaf, one line each, with the keys that take them. */
export function otherLines(run: RunView, width: number): readonly Line[] {
  const ways = turnsFrom(run);
  if (ways.length === 0) return [];
  const more = ways.length - OTHERS_MAX;
  return [
    gap,
    [text('   other ways', 'quiet')],
    ...ways.slice(0, OTHERS_MAX).map((way, place) => otherLine(run, way, place, width)),
    ...(more > 0 ? [[text(`     o  lists ${more} more`, 'quiet')] satisfies Line] : []),
  ];
}

/** What would come after a leaf, and what that may change. */
export function nextLines(run: RunView, width: number): readonly Line[] {
  return run.controller.upcoming().flatMap(({ title, when, risk, worst }, index) => {
    const change = risk ?? (worst === null ? '' : `up to ${worst}`);
    const words = `${when}: ${title}${change === '' ? '' : ` (${change})`}`;
    return labelled(index === 0 ? 'next' : '', words, width, 'plain', 2);
  });
}
