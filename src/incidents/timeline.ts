import { formatAge } from '../domain/duration.ts';
import { nameWithOrigin } from '../domain/operator.ts';
import type { JournalEvent } from './events.ts';

type ActType = Extract<JournalEvent['type'], `action-${string}` | `verification-${string}`>;
type ActEvent = Extract<JournalEvent, { type: ActType }>;
type OtherEvent = Exclude<JournalEvent, { type: ActType }>;

const isAct = (e: JournalEvent): e is ActEvent => /^(?:action|verification)-/.test(e.type);

/** One event in words a stranger can read the next morning. */
export function describe(e: JournalEvent): string {
  return isAct(e) ? describeAct(e) : describeOther(e as OtherEvent);
}

/** What was done, and how it was proved. */
function describeAct(e: ActEvent): string {
  const who = e.operator.name;
  switch (e.type) {
    case 'action-intended': {
      const targets = e.body.targets.map((t) => `${t.name} ${t.shortId}`).join(', ');
      const glass = e.body.breakGlass ? `, over the limit on changes: ${e.body.breakGlass}` : '';
      return `${nameWithOrigin(who, e.operator)} confirmed: ${e.body.command} on ${targets} (${e.body.risk}${glass})`;
    }
    case 'action-started':
      return `action started (pid ${e.body.pid})`;
    case 'action-output':
      return `  ${e.body.line}`;
    case 'action-ended':
      return `action ${e.body.outcome}: ${e.body.message}${figures(e.body.result)}`;
    case 'action-settled':
      return `checked: ${e.body.state}, ${e.body.because}`;
    case 'verification-started':
      return `verifying ${e.body.index + 1} of ${e.body.total}: ${e.body.title}, within ${formatAge(e.body.withinMs)}`;
    case 'verification-sampled':
      return `  ${e.body.latest}`;
    case 'verification-ended':
      return `verification ${e.body.passed ? 'passed' : 'failed in its time'}: ${e.body.latest}${changes(e.body.now)}`;
  }
}

/** How the run went from step to step, and what people said. */
function describeOther(e: OtherEvent): string {
  const who = e.operator.name;
  switch (e.type) {
    case 'incident-opened':
      return `incident opened: ${e.body.title} (${e.body.severity})${e.body.alerts.length > 0 ? `, raised by ${e.body.alerts.join(', ')}` : ''}`;
    case 'incident-closed':
      return `incident closed: ${e.body.state}`;
    case 'fact-changed':
      return `seen: ${e.body.text}`;
    case 'run-started':
      return `${nameWithOrigin(who, e.operator)} opened runbook ${e.body.runbook}`;
    case 'step-entered':
      return `step ${e.body.step}: ${e.body.title}`;
    case 'evidence-read': {
      const { evidence, recommended } = e.body;
      const says = evidence.error ?? recommended?.because ?? 'no branch holds';
      return `read ${evidence.command}: ${says} (${evidence.elapsedMs} ms)`;
    }
    case 'turn-recommended':
      return e.body.turn
        ? `${who} decides at ${e.body.step}; recommended: ${e.body.turn.because}`
        : `${who} decides at ${e.body.step}`;
    case 'branch-taken': {
      const by = e.body.by === 'operator' ? who : 'recommended';
      return `turn to ${e.body.to}, ${by}: ${e.body.because}${e.body.overridden ? ' (against the recommendation)' : ''}`;
    }
    case 'step-skipped':
      return `${who} skipped ${e.body.step}: ${e.body.reason}`;
    case 'went-back':
      return `${who} went back from ${e.body.from} to ${e.body.to}`;
    case 'jumped':
      return `${who} jumped from ${e.body.from} to ${e.body.to}${e.body.overridden ? ' (against the recommendation)' : ''}`;
    case 'input-given':
      return `${who} gave ${pairs(e.body.values)}`;
    case 'message-drafted':
      return `message to ${e.body.recipients.join(' and ') || 'nobody named'} drafted: ${e.body.text}`;
    case 'message-copied':
      return `${who} copied the message, to be sent by hand`;
    case 'handed-over':
      return `${who} handed the run over to ${e.body.to}${e.body.note === '' ? '' : `: ${e.body.note}`}`;
    case 'taken-over':
      return `${who} took the run over from ${e.body.from}`;
    case 'run-reopened':
      return `${who} took the run up again: ${e.body.why}`;
    case 'note':
      return `${who} noted: ${e.body.text}`;
    case 'escalated':
      return `${who} escalated to ${e.body.contacts.join(' and ') || 'nobody named'} (${e.body.severity})`;
    case 'run-finished':
      return `run ended: ${e.body.outcome}${e.body.verified === true ? ', verified' : ''}`;
  }
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

/** Single figures of what an action returned; what is longer stands in the journal. */
function figures(result: Readonly<Record<string, unknown>> | null | undefined): string {
  const words = Object.entries(result ?? {}).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [`${name} ${value}`] : [],
  );
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function changes(now: Readonly<Record<string, string>>): string {
  const words = Object.entries(now).map(([name, value]) => `${name} ${value}`);
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
