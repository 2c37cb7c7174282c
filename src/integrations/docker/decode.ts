import type { z } from 'zod';
import type {
  Container,
  ContainerHealth,
  ContainerState,
  PublishedPort,
} from '../../domain/container.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { inspectedContainer, type listedContainer, listedContainers } from './wire.ts';

export const PROJECT_LABEL = 'com.docker.compose.project';
const SERVICE_LABEL = 'com.docker.compose.service';
const ONE_OFF_LABEL = 'com.docker.compose.oneoff';

/** One line of the engine's list: enough to find, compare and address a container. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  /** Started by `compose run`: never a target for a role. */
  readonly oneOff: boolean;
  readonly image: string;
  readonly state: ContainerState;
  /** The engine's own words, e.g. `Up 3 days (healthy)`. */
  readonly status: string;
  /** Address on every network it belongs to; empty text while it has none. */
  readonly networks: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
}

/** What only the inspection of one container tells. */
export interface ContainerDetail {
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly tty: boolean;
  readonly state: ContainerState;
  readonly health: ContainerHealth;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  readonly restartCount: number;
  readonly startedAt: number | null;
  /** `startedAt` exactly as the engine says it, to the nanosecond: the identity of a start. */
  readonly startedAtText: string;
  readonly finishedAt: number | null;
  readonly networks: Readonly<Record<string, string>>;
}

const STATES: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  stopped: 'exited',
  stopping: 'running',
};
const HEALTHS: readonly ContainerHealth[] = ['starting', 'healthy', 'unhealthy'];

/** The engine's word for a state; an unknown one counts as dead, so that it is looked at. */
function stateOf(word: string): ContainerState {
  return STATES[word] ?? 'dead';
}

/** True while its processes exist, frozen ones included. */
export function isUp(state: ContainerState): boolean {
  return state === 'running' || state === 'paused';
}

/** Epoch ms of the engine's time stamp; null for its zero (year 1) and for nonsense. */
export function timeOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.startsWith('0001-')) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/**
 * Holds an answer of the engine against its schema.
 * @throws OperatorError('garbage') naming the first field that is wrong
 */
export function parseAnswer<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.') || 'answer'})`;
  throw new OperatorError(
    'garbage',
    `The answer to ${what} is not a Docker engine's${sanitizeLine(where)}`,
    'see what listens there; it may be another service or a proxy',
  );
}

type Networks = z.output<typeof listedContainer>['NetworkSettings'];

function networksOf(settings: Networks): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, network] of Object.entries(settings?.Networks ?? {})) {
    result[sanitizeLine(name)] = sanitizeLine(
      network?.IPAddress || network?.GlobalIPv6Address || '',
    );
  }
  return result;
}

function label(labels: Record<string, string> | null | undefined, name: string): string | null {
  const value = labels?.[name];
  return value === undefined ? null : sanitizeLine(value);
}

function decodeLine(wire: z.output<typeof listedContainer>): ListedContainer {
  // A linked container carries further names such as /other/alias: its own has one slash.
  const own = wire.Names?.find((name) => name.lastIndexOf('/') <= 0) ?? wire.Names?.[0];
  return {
    id: wire.Id,
    name: sanitizeLine((own ?? wire.Id.slice(0, 12)).replace(/^\//, '')),
    project: label(wire.Labels, PROJECT_LABEL),
    service: label(wire.Labels, SERVICE_LABEL),
    oneOff: label(wire.Labels, ONE_OFF_LABEL)?.toLowerCase() === 'true',
    image: sanitizeLine(wire.Image),
    state: stateOf(wire.State),
    status: sanitizeLine(wire.Status),
    networks: networksOf(wire.NetworkSettings),
    ports: (wire.Ports ?? []).flatMap((port) =>
      port.PublicPort === null || port.PublicPort === undefined || port.Type === 'udp'
        ? []
        : [
            {
              containerPort: port.PrivatePort,
              hostAddress: sanitizeLine(port.IP ?? ''),
              hostPort: port.PublicPort,
            },
          ],
    ),
  };
}

/** Decodes `GET /containers/json`, sorted by name. */
export function decodeList(value: unknown): readonly ListedContainer[] {
  return parseAnswer(listedContainers, value, 'the list of containers')
    .map(decodeLine)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Decodes `GET /containers/ID/json`. */
export function decodeInspection(value: unknown): ContainerDetail {
  const wire = parseAnswer(inspectedContainer, value, 'the inspection of a container');
  const state = stateOf(wire.State.Status);
  const startedAt = timeOf(wire.State.StartedAt);
  const ended = startedAt !== null && !isUp(state);
  const health = wire.State.Health?.Status as ContainerHealth | undefined;
  return {
    id: wire.Id,
    name: sanitizeLine(wire.Name.replace(/^\//, '')),
    project: label(wire.Config.Labels, PROJECT_LABEL),
    service: label(wire.Config.Labels, SERVICE_LABEL),
    tty: wire.Config.Tty ?? false,
    state,
    health: health !== undefined && HEALTHS.includes(health) ? health : 'none',
    exitCode: ended ? (wire.State.ExitCode ?? null) : null,
    oomKilled: wire.State.OOMKilled ?? false,
    restartCount: wire.RestartCount ?? 0,
    startedAt,
    startedAtText: sanitizeLine(wire.State.StartedAt ?? ''),
    finishedAt: ended ? timeOf(wire.State.FinishedAt) : null,
    networks: networksOf(wire.NetworkSettings),
  };
}

/** The domain's container from its list line and its inspection; null where that is not known. */
export function toContainer(line: ListedContainer, detail: ContainerDetail | null): Container {
  const up = isUp(line.state);
  const addresses = up
    ? Object.fromEntries(Object.entries(line.networks).filter(([, address]) => address !== ''))
    : {};
  return {
    id: line.id,
    name: line.name,
    project: line.project,
    service: line.service,
    image: line.image,
    state: line.state,
    health: detail?.health ?? 'none',
    exitCode: up ? null : (detail?.exitCode ?? null),
    oomKilled: detail?.oomKilled ?? false,
    restartCount: detail?.restartCount ?? 0,
    startedAt: detail?.startedAt ?? null,
    finishedAt: up ? null : (detail?.finishedAt ?? null),
    addresses,
    ports: line.ports,
  };
}
