import { nextRun } from '../../src/console/context.ts';
import type { BoardState } from '../../src/console/ports.ts';
import { tables } from '../../src/console/tables.ts';
import { alertKey } from '../../src/domain/alert.ts';
import type { Health } from '../../src/domain/health.ts';
import type { LiveState } from '../../src/live/state.ts';
import { tipWords } from '../present/header.ts';
import { alertWords, rowWords, spoken } from './words.ts';

/** Changes of one kind that are told one by one; more are counted. */
const CHANGES_MAX = 8;

/** The panels whose rows are told when they fall ill or recover; signals are told by their alerts. */
const watched = ['containers', 'breakers', 'checks'] as const;

function bounded(changes: readonly string[]): readonly string[] {
  if (changes.length <= CHANGES_MAX) return changes;
  return [...changes.slice(0, CHANGES_MAX), `and ${changes.length - CHANGES_MAX} more changes`];
}

function alertChanges(before: LiveState, after: LiveState): readonly string[] {
  const known = new Map(before.alerts.map((alert) => [alertKey(alert), alert]));
  const now = new Set(after.alerts.map(alertKey));
  const risen = after.alerts.filter((alert) => known.get(alertKey(alert))?.state !== alert.state);
  const over = before.alerts.filter((alert) => !now.has(alertKey(alert)));
  return [...risen.map(alertWords), ...over.map((alert) => `alert over: ${alertKey(alert)}`)];
}

function sourceChanges(before: LiveState, after: LiveState): readonly string[] {
  return Object.values(after.sources).flatMap(({ name, status, error }) => {
    const was = before.sources[name]?.status;
    if (was === status) return [];
    if (status === 'failed') {
      return [`source ${name} lost: ${error?.message ?? 'no answer'}. ${error?.mend ?? ''}`.trim()];
    }
    return status === 'live' && was === 'failed' ? [`source ${name} answers again`] : [];
  });
}

const isIll = (health: Health | undefined) => health === 'critical' || health === 'warning';

function rowChanges(before: LiveState, after: LiveState, now: number): readonly string[] {
  return watched.flatMap((panel) => {
    const table = tables[panel];
    const known = new Map(table.rows(before).map((row) => [table.id(row), table.health(row)]));
    return table.rows(after).flatMap((row) => {
      const was = known.get(table.id(row));
      const is = table.health(row);
      if (was === is || (!isIll(was) && !isIll(is))) return [];
      // What was not there before is told only when it is in trouble.
      if (was === undefined && !isIll(is)) return [];
      return [`${table.noun} ${rowWords({ table, row }, now)}`];
    });
  });
}

/** A pack that is found by what runs is found after the first words were said. */
function regionChange({ region: before }: LiveState, { region }: LiveState): readonly string[] {
  if (before.system === region.system || region.system === null) return [];
  return [`this is the region ${region.name}, system ${region.system}`];
}

/** What has changed in the facts, in words: the system, alerts, sources, rows that fell ill or recovered. */
export function liveChanges(before: LiveState, after: LiveState, now: number): readonly string[] {
  const alerts = before.alerts === after.alerts ? [] : alertChanges(before, after);
  const sources = before.sources === after.sources ? [] : sourceChanges(before, after);
  const rows =
    before.facts === after.facts && before.breakers === after.breakers
      ? []
      : rowChanges(before, after, now);
  const region = regionChange(before, after);
  return bounded([...region, ...alerts, ...sources, ...rows].map(spoken));
}

/** What has changed in what is open and recommended. */
export function boardChanges(before: BoardState, after: BoardState): readonly string[] {
  const open = new Set(before.incidents.map(({ id }) => id));
  const still = new Set(after.incidents.map(({ id }) => id));
  const opened = after.incidents
    .filter(({ id }) => !open.has(id))
    .map(({ id, severity, title }) => `incident ${id} is open: ${severity} ${title}`);
  const closed = before.incidents
    .filter(({ id }) => !still.has(id))
    .map(({ id }) => `incident ${id} is closed`);
  const words = tipWords(after);
  const tip = words === null || words === tipWords(before) ? [] : [words];
  const next = nextRun(after);
  const [best] = after.suggestions;
  const said = best === undefined ? null : `${best.runbook.id} ${best.diagnosis?.leaf ?? ''}`;
  const [old] = before.suggestions;
  const was = old === undefined ? null : `${old.runbook.id} ${old.diagnosis?.leaf ?? ''}`;
  if (best === undefined || said === was || next === null) return [...opened, ...closed, ...tip];
  const leaf = best.diagnosis?.leaf == null ? '' : `, it points to ${best.diagnosis.leaf}`;
  return [...opened, ...closed, `recommended: ${best.runbook.title}${leaf}. r opens it`, ...tip];
}
