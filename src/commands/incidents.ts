import type { Program } from '../composition/compose.ts';
import { nameWithOrigin } from '../domain/operator.ts';
import type { JournalEvent } from '../incidents/events.ts';
import { foldIncidents, type Incident } from '../incidents/summary.ts';
import { describe } from '../incidents/timeline.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, isoTime, type Output, table } from './output.ts';

type Row = ContractOf<'incidents-list'>[number];
type EventRow = ContractOf<'incidents-show'>['events'][number];

function toRow(incident: Incident): Row {
  return {
    id: incident.id,
    region: incident.region,
    title: incident.title,
    severity: incident.severity,
    state: incident.state,
    openedAt: new Date(incident.openedAt).toISOString(),
    closedAt: isoTime(incident.closedAt),
    runs: incident.runs.map(({ id, runbook, outcome, leaf, verified }) => ({
      id,
      runbook,
      outcome,
      leaf,
      verified,
    })),
  };
}

/** An event as the contract has it: its head, then the fields of its body. */
export function eventRow(e: JournalEvent): EventRow {
  return {
    ...e.body,
    seq: e.seq,
    at: new Date(e.at).toISOString(),
    event: e.type,
    incident: e.incident,
    run: e.run,
    operator: nameWithOrigin(`${e.operator.name}@${e.operator.host}`, e.operator),
  };
}

/** `incidents list`: newest first. */
export function incidentsListCommand(program: Program, output: Output): ExitCode {
  const rows = foldIncidents(program.context.journal.events({})).map(toRow);
  answer(output, rows, () =>
    rows.length === 0
      ? 'No incidents are recorded here.'
      : table(rows.map((r) => [r.id, r.openedAt, r.severity, r.state, r.region, r.title])),
  );
  const { damage } = program.context.journal;
  if (damage !== null) output.note(damage);
  return exitCodes.done;
}

/** `incidents show ID`: the whole record; exit 1 when the journal's chain is broken. */
export function incidentsShowCommand(program: Program, output: Output, id: string): ExitCode {
  const { journal } = program.context;
  const events = journal.events({ incident: id });
  const [incident] = foldIncidents(events);
  if (!incident) {
    output.note(`No incident ${id} is recorded; see opsconsole incidents list`);
    return exitCodes.usage;
  }
  const integrity = journal.verify();
  const value = {
    incident: toRow(incident),
    intact: integrity.intact,
    events: events.map(eventRow),
  };
  answer(output, value, () => {
    const head = `${incident.id}  ${incident.severity}  ${incident.title}  ${incident.region}  ${incident.state}`;
    const lines = events.map((e) => `${new Date(e.at).toISOString()}  ${describe(e)}`);
    const broken = integrity.intact
      ? []
      : [
          `The journal was altered or truncated at event ${integrity.brokenAt}: what follows it cannot be trusted.`,
        ];
    return [head, ...lines, ...broken].join('\n');
  });
  return integrity.intact ? exitCodes.done : exitCodes.unhealthy;
}
