import { nextRun } from '../../src/console/context.ts';
import type { BoardState, IncidentSummary } from '../../src/console/ports.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Health } from '../../src/domain/health.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { diagnosisWords } from '../../src/engine/diagnosis.ts';
import type { Diagnostic } from '../../src/runbooks/diagnostic.ts';
import { age, elapsed, type Line, lineWidth, sized, spread, type Tone, text } from './line.ts';

export function severityTone(severity: Severity | string): Tone {
  if (severity === 'P0' || severity === 'P1') return 'bad';
  return severity === 'P2' ? 'warn' : 'plain';
}

/** `P1 INC-42 07:12`: the open incident, and how long it has been open. */
export function incidentWords(incident: IncidentSummary | undefined): Line {
  if (!incident) return [];
  const tone = severityTone(incident.severity);
  return [text(`${incident.severity} ${incident.id} `, tone), elapsed(incident.openedAt, tone, 7)];
}

/** What is said to a newcomer now; null where nothing is. */
export function tipWords({ tip, suggestions }: BoardState): string | null {
  if (tip === undefined) return null;
  return suggestions.length === 0 ? tip.calm : tip.alarmed;
}

/** How a replay goes on. */
export function replayWords(replay: {
  readonly paused: boolean;
  readonly speed: number;
  readonly ended: boolean;
}): Line {
  if (replay.ended) return [text('○ its end', 'warn')];
  if (replay.paused) return [text('○ paused', 'warn')];
  return [text(`▶ ${replay.speed}x`, 'accent')];
}

/** An alert of this console, or an Alertmanager's, whose words for severity are its own. */
type Alarm = Pick<Alert, 'name' | 'since' | 'summary'> & {
  readonly state: string;
  readonly severity: string;
  readonly health?: Health;
};

function alarmTone({ severity, health }: Alarm): Tone {
  if (health === undefined) return severityTone(severity);
  return health === 'critical' ? 'bad' : 'warn';
}

function alertWords(alert: Alarm): Line {
  const pending = alert.state === 'pending';
  const tone = alarmTone(alert);
  const sign = pending ? '◌' : '▲';
  return [
    text(`${sign} ${alert.name} `, tone),
    text(alert.summary),
    text(pending ? ' pending ' : ' ', 'quiet'),
    age(alert.since, 'quiet'),
    text('  '),
  ];
}

/** The alerts on one line, most severe first; what does not fit is counted. */
export function alertStrip(alerts: readonly Alarm[], width: number): Line {
  if (alerts.length === 0) return [text(' no alert', 'quiet')];
  const counted = (hidden: number): Line => [
    text(` +${hidden}: `, 'warn'),
    text('8', 'accent'),
    text(' lists', 'quiet'),
  ];
  const shown: Line[] = [];
  let used = 1;
  for (const [index, alert] of alerts.entries()) {
    const words = alertWords(alert);
    const need = lineWidth(words);
    const more = alerts.length - index - 1 > 0 ? 13 : 0;
    if (used + need + more > width && index > 0) {
      return [text(' '), ...shown.flat(), ...counted(alerts.length - index)];
    }
    shown.push(index === 0 ? sized(words, Math.min(need, width - 1 - more)) : words);
    used += need;
  }
  return [text(' '), ...shown.flat()];
}

const going: Readonly<Record<string, string>> = {
  acting: 'acting',
  unknown: 'outcome unknown, being checked',
  verifying: 'verifying',
  stuck: 'needs you',
};

/** What to do next: the recommended runbook and leaf, the run to return to, or nothing. */
export function recommendation(
  board: BoardState,
  diagnostics: readonly Diagnostic[],
  width: number,
): Line {
  const next = nextRun(board);
  if (next === null) {
    const errors = diagnostics.filter(({ level }) => level === 'error').length;
    return errors === 0
      ? []
      : [text(` ▲ ${errors} errors in runbook files: opsconsole runbooks lint`, 'warn')];
  }
  const key: Line = [text(next.resumes ? 'r to return' : 'r to open', 'accent')];
  const suggestion = board.suggestions.find(({ runbook }) => runbook.id === next.runbook);
  const incident = board.incidents.find(
    ({ run }) => run?.runbook === next.runbook && run.phase !== 'finished',
  );
  if (incident?.run) {
    const { title, run } = incident;
    const words = going[run.phase] ?? 'a run is open';
    return spread([text(' ▶ ', 'accent'), text(title, 'strong'), text(`: ${words}`)], key, width);
  }
  if (!suggestion) return [];
  const { runbook, diagnosis } = suggestion;
  const title: Line = [text(' ➜ ', 'accent'), text(runbook.title, 'strong')];
  if (diagnosis === null) return spread([...title, text(': diagnosing…', 'quiet')], key, width);
  if (diagnosis.leaf === null) {
    const { finding } = diagnosisWords(runbook, diagnosis);
    const sure = diagnosis.end === 'operator' || diagnosis.end === 'input';
    return spread([...title, text(': '), text(finding, sure ? 'plain' : 'warn')], key, width);
  }
  const leaf: Line = [...title, text(': '), text(diagnosis.leaf, 'accent')];
  const counts = `   ${diagnosis.decided} of ${diagnosis.checks}`;
  const tone: Tone = diagnosis.decided < diagnosis.checks ? 'warn' : 'quiet';
  const need = lineWidth(leaf) + lineWidth(key) + counts.length + ' checks agree'.length + 2;
  const words = `${counts}${need <= width ? ' checks' : ''} agree`;
  return spread([...leaf, text(words, tone)], key, width);
}
