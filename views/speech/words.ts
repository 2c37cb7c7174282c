import type { ChosenRow } from '../../src/console/selection.ts';
import { tableRows } from '../../src/console/table.ts';
import { firingNotices } from '../../src/console/tables/alerts.ts';
import { tables } from '../../src/console/tables.ts';
import { type Alert, alertKey } from '../../src/domain/alert.ts';
import type { Health } from '../../src/domain/health.ts';
import { sanitizeLine } from '../../src/domain/sanitize.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { containers } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import { details } from '../details/registry.ts';
import type { Line } from '../present/line.ts';
import { overallWords } from '../present/status.ts';
import { timeWords } from '../present/time.ts';

/** Signs that a reader would spell out, with what they mean where a word is needed. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/[●○✖▲✔▶➜▸◐◌█░▏│┌┐└┘├┤┬┴─▁▂▃▄▅▆▇]/gu, ' '],
  [/→/g, ' to '],
  [/↻/g, ' restarts '],
  [/⏎/g, 'Enter'],
];

/** Text without the signs that only mean something to the eye, and safe whatever it carries. */
export function spoken(text: string): string {
  const plain = signs.reduce(
    (words, [sign, word]) => words.replace(sign, word),
    sanitizeLine(text),
  );
  return plain.replace(/\s+/g, ' ').trim();
}

/** A line of the screen as words; its charts and bars say nothing to the ear. */
export function lineWords(line: Line, now: number): string {
  const parts = line.map((span) => {
    if ('text' in span) return span.text;
    return 'style' in span ? timeWords(span, now) : '';
  });
  return spoken(parts.join(''));
}

export function linesWords(lines: readonly Line[], now: number): readonly string[] {
  return lines.map((line) => lineWords(line, now)).filter((words) => words !== '');
}

const healthWords: Readonly<Record<Health, string>> = {
  ok: 'well',
  unknown: 'not known yet',
  warning: 'warning',
  critical: 'critical',
};

/** `redis, critical, exited 137`: one row in a few words. */
export function rowWords({ table, row }: ChosenRow, now: number): string {
  const summary = lineWords(details[table.panel].summary(row), now);
  const health = healthWords[table.health(row)];
  return spoken([table.name(row), health, summary].filter((part) => part !== '').join(', '));
}

/** `panel 2, metrics, 6 rows` */
export function panelWords(live: LiveState, panel: PanelId, digit: number, filter: string): string {
  const table = tables[panel];
  const count = tableRows(table, live, { filter, sort: null }).length;
  const filtered = filter === '' ? '' : `, filtered by ${filter}`;
  const noun = count === 1 ? table.noun : `${table.noun}s`;
  return `panel ${digit}, ${panel}: ${count} ${noun}${filtered}`;
}

export function alertWords(alert: Alert): string {
  const state = alert.state === 'pending' ? 'pending alert' : 'alert';
  return spoken(`${state} ${alert.severity} ${alertKey(alert)}: ${alert.summary}`);
}

/** Where one is and how it stands, in one sentence. */
export function statusSentence(live: LiveState): string {
  const all = containers(live);
  const up = all.filter(({ state }) => state === 'running').length;
  const sources = overallWords(Object.values(live.sources)).text;
  const length = live.alerts.length + firingNotices(live).length;
  const alerts = length === 0 ? 'no alert' : length === 1 ? '1 alert' : `${length} alerts`;
  const system = live.region.system ?? 'no system recognised';
  return spoken(
    `${live.region.name}, ${system}. ${up} of ${all.length} containers up. Sources: ${sources}. ${alerts}.`,
  );
}
