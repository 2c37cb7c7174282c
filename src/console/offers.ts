import { type Risk, risks } from '../domain/risk.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import type { ConsolePorts } from './ports.ts';
import { chosenRow, shownLive } from './selection.ts';
import type { SessionState } from './session.ts';
import { pruned } from './table.ts';
import type { ContainerRow } from './tables/containers.ts';
import { namedDatabases, type SessionRow } from './tables/database.ts';
import { tables } from './tables.ts';

type Offer = NonNullable<Catalogue['actions'][number]['offers']>[number];

/** A row of a panel as actions look at it. */
export type ActedRow = Parameters<Offer['input']>[0];

/** One change that an action offers for a row. */
export interface RowOffer {
  /** Id of the action. */
  readonly action: string;
  /** The imperative with its object, e.g. `Restart falcon-redis`. */
  readonly title: string;
  readonly risk: Risk;
  /** Why it cannot be taken back; null when it can. */
  readonly irreversible: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

const nameOf = (row: ActedRow): string => (row.kind === 'container' ? row.name : `pid ${row.pid}`);

/** What the actions of a catalogue offer for a row, the least risk first. Pure. */
export function offersOf(
  catalogue: Pick<Catalogue, 'actions'>,
  row: ActedRow,
): readonly RowOffer[] {
  const found = catalogue.actions.flatMap(({ id, risk, undo, offers = [] }) =>
    offers.flatMap((offer): readonly RowOffer[] => {
      const input = offer.on === row.kind ? offer.input(row) : null;
      if (input === null) return [];
      const irreversible = undo.kind === 'irreversible' ? undo.why : null;
      return [{ action: id, title: `${offer.title} ${nameOf(row)}`, risk, irreversible, input }];
    }),
  );
  return found.toSorted((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk));
}

type Asked = { readonly row: ActedRow } | { readonly reason: string };

function containerRow({ container }: ContainerRow): Asked {
  const { id, name, project, service, state } = container;
  return { row: { kind: 'container', id, name, project, service, state } };
}

/** Without its start a session cannot be told from a later one with the same pid. */
function sessionRow(ports: ConsolePorts, session: SessionState, row: SessionRow): Asked {
  const { pid, backendStartText, state, id } = row.session;
  const known = namedDatabases(shownLive(ports, session));
  const owner = known.find(({ name, database }) =>
    row.server === null ? database.sessions.some((one) => one.id === id) : name === row.server,
  );
  if (backendStartText === null || owner === undefined) {
    return { reason: `when session ${pid} began may not be seen: it cannot be named safely` };
  }
  return {
    row: { kind: 'session', source: owner.name, pid, backendStart: backendStartText, state },
  };
}

/** The row that `x` acts on, or why there is none. */
export function askedRow(ports: ConsolePorts, session: SessionState): Asked {
  const { focus, marks, screen } = session;
  const panel = screen === 'detail' ? (session.detail?.panel ?? focus) : focus;
  if (panel !== 'containers' && panel !== 'database') {
    return { reason: 'x acts on a container (panel 1) or a database session (panel 4)' };
  }
  if (ports.replay !== undefined) return { reason: 'this is a replay: nothing can be done in it' };
  if (ports.offers === undefined || ports.openOffer === undefined) {
    return { reason: 'what can be done is still being read' };
  }
  if (ports.readOnly) return { reason: 'this console is read-only: nothing is changed from here' };
  const marked = pruned(marks[panel], tables[panel], shownLive(ports, session)).length;
  if (screen !== 'detail' && marked > 0) {
    return { reason: 'x acts on one row at a time: M takes the marks away' };
  }
  const chosen = chosenRow(ports, session);
  if (chosen === null) {
    return { reason: `choose a ${tables[panel].noun} first (j)` };
  }
  return panel === 'containers'
    ? containerRow(chosen.row as ContainerRow)
    : sessionRow(ports, session, chosen.row as SessionRow);
}
