import type { Place, SessionState } from './session.ts';

/** Screens that Esc remembers; the oldest goes first. */
const PLACES_MAX = 16;

const same = (a: Place, b: Place) =>
  a.screen === b.screen &&
  (a.screen !== 'panel' || a.focus === b.focus) &&
  a.detail?.id === b.detail?.id &&
  a.detail?.panel === b.detail?.panel;

function placeOf({ screen, focus, detail }: SessionState): Place {
  return { screen, focus, detail };
}

/** Enters a screen; the one on the screen now is where Esc leads back to. */
export function entering(
  session: SessionState,
  to: Pick<Place, 'screen'> & Partial<Place>,
): Partial<SessionState> {
  const here = placeOf(session);
  const next: Place = { focus: session.focus, detail: null, ...to };
  if (same(here, next)) return {};
  return {
    ...next,
    detailScroll: 0,
    places: [...session.places, here].slice(-PLACES_MAX),
  };
}

/** Goes back to the screen before; a run that has gone in the meantime is passed over. */
export function leaving(session: SessionState): Partial<SessionState> {
  const places = session.places.filter(
    ({ screen }) =>
      (screen !== 'wizard' || session.run !== null) && (screen !== 'logs' || session.logs !== null),
  );
  const place = places.at(-1) ?? {
    screen: 'overview' as const,
    focus: session.focus,
    detail: null,
  };
  return { ...place, detailScroll: 0, places: places.slice(0, -1) };
}
