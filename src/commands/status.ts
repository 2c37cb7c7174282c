import type { Program } from '../composition/compose.ts';
import { alertKey } from '../domain/alert.ts';
import { formatAge } from '../domain/duration.ts';
import { formatBytes, formatFraction, formatSignal } from '../domain/format.ts';
import { cache, checks, containers, sourcesOf, usageById } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { opensOnAlert } from '../runbooks/opens.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, isoTime, type Output, table } from './output.ts';

type Status = ContractOf<'status'>;

function containerRows(state: LiveState): Status['containers'] {
  const usage = usageById(state);
  return containers(state).map((c) => ({
    id: c.id,
    name: c.name,
    project: c.project,
    service: c.service,
    image: c.image,
    state: c.state,
    health: c.health,
    exitCode: c.exitCode,
    oomKilled: c.oomKilled,
    restartCount: c.restartCount,
    startedAt: isoTime(c.startedAt),
    cpu: usage.get(c.id)?.cpu ?? null,
    memoryBytes: usage.get(c.id)?.memoryBytes ?? null,
    memoryLimitBytes: usage.get(c.id)?.memoryLimitBytes ?? null,
  }));
}

function cacheRow(state: LiveState): Status['cache'] {
  const sources = sourcesOf(state, 'cache');
  if (sources.length === 0) return null;
  const known = cache(state)?.value ?? null;
  const asked = known ? known.hitsTotal + known.missesTotal : 0;
  return {
    reachable: sources.some(({ status }) => status === 'live'),
    latencyMs: known?.latencyMs ?? null,
    usedMemoryBytes: known?.usedMemoryBytes ?? null,
    maxMemoryBytes: known?.maxMemoryBytes ?? null,
    policy: known?.policy ?? null,
    clients: known?.clients ?? null,
    opsPerSecond: known?.opsPerSecond ?? null,
    hitRate: known && asked > 0 ? known.hitsTotal / asked : null,
  };
}

/** The live state as the contract has it. */
function statusOf(state: LiveState, runbooks: readonly Runbook[], now: number): Status {
  return {
    region: state.region.name,
    at: new Date(now).toISOString(),
    sources: Object.values(state.sources).map((s) => ({
      name: s.name,
      kind: s.kind,
      status: s.status,
      observedAt: isoTime(s.observedAt),
      error: s.error?.message ?? null,
      retryAt: isoTime(s.retryAt),
    })),
    containers: containerRows(state),
    pods: [],
    database: null,
    cache: cacheRow(state),
    breakers: state.breakers.map((b) => ({
      name: b.name,
      source: b.source,
      state: b.state,
      since: new Date(b.since).toISOString(),
      failures: b.failures,
    })),
    checks: checks(state).map(({ source, check }) => ({
      name: source.name,
      ok: source.status !== 'failed' && check?.value.ok === true,
      status: check?.value.status ?? null,
      latencyMs: check?.value.latencyMs ?? null,
      error: source.error?.message ?? check?.value.error ?? null,
    })),
    signals: Object.values(state.signals).map(({ id, labels, value, unit, state: health }) => ({
      id,
      labels,
      value,
      unit,
      state: health,
    })),
    alerts: state.alerts.map((alert) => ({
      name: alert.name,
      labels: alert.labels,
      state: alert.state,
      since: new Date(alert.since).toISOString(),
      runbook: runbooks.find((runbook) => opensOnAlert(runbook, alert))?.id ?? null,
    })),
  };
}

function plain(state: LiveState, now: number): string {
  const usage = usageById(state);
  const blocks: string[] = [`region ${state.region.name}`];
  const block = (title: string, rows: readonly (readonly string[])[]) => {
    if (rows.length > 0) blocks.push(`${title}\n${table(rows.map((row) => ['', ...row]))}`);
  };
  block(
    'sources',
    Object.values(state.sources).map((s) => [
      s.name,
      s.status,
      s.observedAt === null ? 'never answered' : `${formatAge(now - s.observedAt)} ago`,
      s.error?.message ?? '',
    ]),
  );
  block(
    'containers',
    containers(state).map((c) => {
      const used = usage.get(c.id);
      const cpu = used?.cpu ?? null;
      const memory = used?.memoryBytes ?? null;
      const code = c.exitCode === null ? '' : ` ${c.exitCode}`;
      return [
        c.name,
        `${c.state}${code}${c.oomKilled ? ', out of memory' : ''}`,
        c.health === 'none' ? '' : c.health,
        cpu === null ? '' : formatFraction(cpu),
        memory === null ? '' : formatBytes(memory),
      ];
    }),
  );
  block(
    'breakers',
    state.breakers.map((b) => [b.name, b.state, formatAge(now - b.since)]),
  );
  block(
    'checks',
    checks(state).map(({ source, check }) => [
      source.name,
      check?.value.ok === true && source.status !== 'failed' ? 'ok' : 'failing',
      source.error?.message ??
        check?.value.error ??
        `${check?.value.latencyMs.toFixed(0) ?? '–'} ms`,
    ]),
  );
  block(
    'signals',
    Object.values(state.signals).map((s) => [
      [s.id, ...Object.values(s.labels)].join(' '),
      formatSignal(s),
      s.state === 'ok' ? '' : s.state,
    ]),
  );
  block(
    'alerts',
    state.alerts.map((a) => [alertKey(a), a.state, formatAge(now - a.since), a.summary]),
  );
  return blocks.join('\n\n');
}

/** `status`: what is alive and what is not. Exit 3 if a source is lost, 1 if something is unhealthy. */
export async function statusCommand(
  program: Program,
  output: Output,
  waitMs: number,
): Promise<ExitCode> {
  program.start('all');
  await program.supervisor.firstAnswers(waitMs);
  program.live.flush();
  const state = program.live.store.getState();
  const now = program.context.clock.now();
  answer(output, statusOf(state, program.pack?.runbooks ?? [], now), () => plain(state, now));
  const lost = ['connecting', 'failed'];
  if (Object.values(state.sources).some(({ status }) => lost.includes(status))) {
    return exitCodes.unreachable;
  }
  const sick = Object.values(state.signals).some(({ state: health }) => health === 'critical');
  return sick || state.alerts.length > 0 ? exitCodes.unhealthy : exitCodes.done;
}
