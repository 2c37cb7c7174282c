import type { Binding, KeyContext } from '../keymap/binding.ts';
import { bindingsOf } from '../keymap/bindings.ts';
import { type Command, digitOf, type PanelId, panelIds } from '../keymap/commands.ts';
import { keyLabel } from '../keymap/keys.ts';
import type { LiveState } from '../live/state.ts';
import { keyContext, scopesOf } from './context.ts';
import { fuzzy } from './fuzzy.ts';
import type { ConsolePorts } from './ports.ts';
import { shownLive } from './selection.ts';
import type { SessionState } from './session.ts';
import { containersTable } from './tables/containers.ts';
import { regionsTable } from './tables/regions.ts';
import { tables } from './tables.ts';

/** What an entry of the palette does. */
export type PaletteAct =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'panel'; readonly panel: PanelId }
  | { readonly kind: 'runbook'; readonly id: string }
  | { readonly kind: 'sort'; readonly column: string }
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'logs'; readonly container: string }
  | { readonly kind: 'named-logs'; readonly name: string };

export interface PaletteEntry {
  /** What is typed to get it. */
  readonly word: string;
  readonly detail: string;
  /** Why it cannot be used now; null when it can. */
  readonly reason: string | null;
  readonly act: PaletteAct;
}

/** Entries that are worked out for one text. */
const ENTRIES_MAX = 200;

/** Other words people have in their fingers for a panel. */
const panelWords: Readonly<Record<PanelId, readonly string[]>> = {
  containers: ['ctr', 'docker', 'services'],
  metrics: ['signals'],
  breakers: ['cb'],
  database: ['db', 'pg', 'postgres', 'sessions'],
  cache: ['redis'],
  checks: ['http', 'certificates', 'tls'],
  host: ['disks', 'node'],
  alerts: [],
  pods: ['po', 'k8s'],
  regions: ['fleet', 'ctx'],
};

function panelEntries({ pods, regions }: KeyContext): readonly PaletteEntry[] {
  const unless: Partial<Record<PanelId, string>> = {
    ...(pods ? {} : { pods: 'no cluster is configured' }),
    ...(regions ? {} : { regions: 'one region is open: no other is configured' }),
  };
  return panelIds.flatMap((panel) =>
    [panel, ...panelWords[panel]].map((word) => ({
      word,
      detail: `panel ${digitOf(panel)}${word === panel ? '' : ` ${panel}`}`,
      reason: unless[panel] ?? null,
      act: { kind: 'panel', panel } as const,
    })),
  );
}

function runbookEntries(ports: ConsolePorts): readonly PaletteEntry[] {
  return ports.runbooks.map(({ id, title, severity }) => ({
    word: id,
    detail: `runbook ${severity}  ${title}`,
    reason: null,
    act: { kind: 'runbook', id } as const,
  }));
}

/** Keys whose words the palette has already, or that make no sense to be typed out. */
const untyped: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'move',
  'palette',
  'interrupt',
  'focus',
  'next-panel',
]);

function bindingEntry(binding: Binding, reason: string | null): PaletteEntry {
  return {
    word: binding.id,
    detail: `${binding.keys.map(keyLabel).join(' ')}  ${binding.title}`,
    reason,
    act: { kind: 'command', command: binding.command },
  };
}

function sortEntries(session: SessionState): readonly PaletteEntry[] {
  return tables[session.focus].columns
    .filter(({ key }) => key !== null)
    .map(({ id, title }) => ({
      word: `sort ${id}`,
      detail: `${session.focus} by ${title}`,
      reason: null,
      act: { kind: 'sort', column: id } as const,
    }));
}

function logEntries(ports: ConsolePorts, session: SessionState): readonly PaletteEntry[] {
  const rows = containersTable.rows(shownLive(ports, session));
  const named = (ports.logNames ?? []).map((name) => ({
    word: `logs ${name}`,
    detail: 'named in the configuration',
    reason: null,
    act: { kind: 'named-logs', name } as const,
  }));
  const ofContainers = rows.map((row) => ({
    word: `logs ${row.label}`,
    detail: row.container.name,
    reason: null,
    act: { kind: 'logs', container: row.container.id } as const,
  }));
  return [...ofContainers, ...named];
}

/** `region NAME` for each region, or why there is none to go to. */
function regionEntries(live: LiveState): readonly PaletteEntry[] {
  const { name } = live.region;
  const regions = regionsTable.rows(live);
  if (regions.length === 0) {
    const reason = `this console looks at ${name}: no other region is configured`;
    const act = { kind: 'command', command: { type: 'help' } } as const;
    return [{ word: 'region', detail: name, reason, act }];
  }
  return regions.map((region) => ({
    word: `region ${region.name}`,
    detail: region.current ? 'this one' : `go to ${region.name}`,
    reason: region.current ? `this console looks at ${name} already` : null,
    act: { kind: 'command', command: { type: 'region', name: region.name } } as const,
  }));
}

/** Everything that can be typed on the screen that is open. */
function allEntries(ports: ConsolePorts, session: SessionState): readonly PaletteEntry[] {
  const context = keyContext(ports, session);
  const live = shownLive(ports, session);
  const keys = bindingsOf(scopesOf({ ...session, overlays: [] }, ports))
    .filter(({ command }) => !untyped.has(command.type))
    .map((binding) => bindingEntry(binding, binding.disabled?.(context) ?? null));
  return [
    ...panelEntries(context),
    ...runbookEntries(ports),
    ...keys,
    {
      word: 'q',
      detail: 'leave opsconsole',
      reason: null,
      act: { kind: 'command', command: { type: 'leave' } },
    },
    ...regionEntries(live),
    ...sortEntries(session),
    ...logEntries(ports, session),
  ];
}

/** A panel has several words: the one that fits best stands for it. */
function oncePerPanel(entries: readonly PaletteEntry[]): readonly PaletteEntry[] {
  const seen = new Set<PanelId>();
  return entries.filter(({ act }) => {
    if (act.kind !== 'panel') return true;
    if (seen.has(act.panel)) return false;
    seen.add(act.panel);
    return true;
  });
}

function filterEntry(session: SessionState, text: string): PaletteEntry {
  return {
    word: `filter ${text}`,
    detail: `${session.focus}: rows that match`,
    reason: null,
    act: { kind: 'filter', text },
  };
}

/** The entries that fit what has been typed, best first. */
export function paletteEntries(
  ports: ConsolePorts,
  session: SessionState,
  typed: string,
): readonly PaletteEntry[] {
  const text = typed.trimStart();
  const wanted = text.trimEnd().toLowerCase();
  const filter = /^(?:filter|f|\/)\s+(.*)$/.exec(text)?.[1];
  if (filter !== undefined) return [filterEntry(session, filter)];
  const scored = allEntries(ports, session).flatMap((entry) => {
    const byWord = fuzzy(wanted, entry.word);
    // A word that fits is meant before a description that has the text in it.
    const described = wanted.length >= 3 && entry.detail.toLowerCase().includes(wanted);
    const score = byWord ?? (described ? 1000 : null);
    return score === null ? [] : [{ entry, score }];
  });
  scored.sort((a, b) => a.score - b.score);
  return oncePerPanel(scored.map(({ entry }) => entry)).slice(0, ENTRIES_MAX);
}
