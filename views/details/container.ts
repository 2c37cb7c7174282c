import {
  type ContainerRow,
  containerHealth,
  containersTable,
} from '../../src/console/tables/containers.ts';
import type { Container } from '../../src/domain/container.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import { cpuSeries, memorySeries } from '../../src/live/series.ts';
import { charted, labelled } from '../present/detail.ts';
import { type Line, phrase, text } from '../present/line.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

function stateWords(container: Container): Line {
  const tone = healthTone[containerHealth(container)];
  const exit = container.exitCode === null ? '' : `, exit code ${container.exitCode}`;
  const memory = container.oomKilled ? ', killed for want of memory (OOM)' : '';
  return [text(`${container.state}${exit}${memory}`, tone)];
}

function ago(at: number | null, never: string): Line {
  return at === null ? [text(never, 'quiet')] : [phrase('age', at, { after: ' ago' })];
}

/** How the engine's own check stands: for how long it has failed, and what it said. */
function healthLines({ health, probe }: Container): readonly Line[] {
  if (health === 'none') return [labelled('health', [text('no health check is declared')])];
  const failing = probe != null && probe.failingStreak > 0 ? probe : null;
  const since: Line =
    failing === null
      ? []
      : [
          text(`, ${failing.failingStreak} failed in a row`),
          ...(failing.failingSince === null
            ? []
            : [phrase('age', failing.failingSince, { before: ', for at least ' })]),
        ];
  return [
    labelled('health', [text(health, health === 'unhealthy' ? 'bad' : 'plain'), ...since]),
    ...(failing === null || failing.output === ''
      ? []
      : [labelled('it said', [text(failing.output)])]),
  ];
}

function stateLines(container: Container): readonly Line[] {
  const recent = container.recentRestarts.length;
  const often = recent === 0 ? '' : `, ${recent} of them in the last 10 minutes`;
  return [
    labelled('state', stateWords(container)),
    ...healthLines(container),
    labelled('started', ago(container.startedAt, 'never')),
    ...(container.finishedAt === null ? [] : [labelled('ended', ago(container.finishedAt, ''))]),
    labelled('restarts', [
      text(`${container.restartCount}${often}`, recent > 0 ? 'warn' : 'plain'),
    ]),
  ];
}

function identityLines(container: Container): readonly Line[] {
  const { project, service, composeNumber } = container;
  const number = composeNumber === null ? '' : `, number ${composeNumber}`;
  const compose = project === null ? 'no project' : `${project} / ${service ?? '?'}${number}`;
  const ports = container.ports.map(
    ({ hostAddress, hostPort, containerPort }) => `${hostAddress}:${hostPort} → ${containerPort}`,
  );
  const networks = Object.entries(container.addresses).map(
    ([name, address]) => `${name} ${address}`,
  );
  return [
    labelled('name', [text(container.name)]),
    labelled('id', [text(container.id)]),
    labelled('image', [text(container.image)]),
    labelled('compose', [text(compose)]),
    labelled('created', ago(container.createdAt, 'the engine does not tell')),
    labelled('networks', [text(networks.join('   ') || 'none')]),
    labelled('published', [text(ports.join('   ') || 'nothing')]),
  ];
}

function usageLines({ container, usage }: ContainerRow, width: number): readonly Line[] {
  if (container.state !== 'running') return [];
  const cpu = usage?.cpu == null ? 'not read yet' : `${formatFraction(usage.cpu)} of one core`;
  const limit = usage?.memoryLimitBytes == null ? 'no limit' : formatBytes(usage.memoryLimitBytes);
  const memory =
    usage?.memoryBytes == null ? 'not read yet' : `${formatBytes(usage.memoryBytes)} of ${limit}`;
  const rate = (bytes: number | null | undefined) =>
    bytes == null ? '–' : `${formatBytes(bytes)}/s`;
  const pids = usage?.pids == null ? '–' : `${usage.pids}`;
  return [
    labelled('network', [
      text(`in ${rate(usage?.receivedBytesPerSecond)}   out ${rate(usage?.sentBytesPerSecond)}`),
    ]),
    labelled('processes', [
      text(usage?.pidsLimit == null ? pids : `${pids} of ${usage.pidsLimit}`),
    ]),
    ...charted('CPU', cpu, cpuSeries(container.id), width),
    ...charted('Memory', memory, memorySeries(container.id), width),
  ];
}

/** One container: how it stands, what it is, what it uses. Its environment is never shown. */
export const containerDetail: Detail<ContainerRow> = {
  table: containersTable,
  summary: ({ container }) => stateWords(container),
  lines: (row, { width }) => [
    ...stateLines(row.container),
    ...identityLines(row.container),
    ...usageLines(row, width),
  ],
};
