import type {
  Container,
  ContainerHealth,
  ContainerState,
  HealthProbe,
  PublishedPort,
} from '../../domain/container.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { readStatus, type StatusWords } from './status.ts';
import {
  arrayIn,
  arrayOf,
  decoding,
  flagIn,
  idIn,
  maybeNumber,
  maybeText,
  objectIn,
  objectOf,
  textIn,
  type Wire,
} from './wire.ts';

export const PROJECT_LABEL = 'com.docker.compose.project';
const SERVICE_LABEL = 'com.docker.compose.service';
const NUMBER_LABEL = 'com.docker.compose.container-number';
const ONE_OFF_LABEL = 'com.docker.compose.oneoff';
const FOLDER_LABEL = 'com.docker.compose.project.working_dir';
const FILES_LABEL = 'com.docker.compose.project.config_files';

/** One line of the engine's list: enough to find, compare and address a container. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly composeNumber: number | null;
  /** Where compose was called, and with which files; null outside compose. Paths of its host. */
  readonly composeFolder: string | null;
  readonly composeFiles: readonly string[];
  /** Started by `compose run`: never a target for a role. */
  readonly oneOff: boolean;
  readonly image: string;
  readonly state: ContainerState;
  /** The engine's own words, e.g. `Up 3 days (healthy)`. */
  readonly status: string;
  readonly words: StatusWords;
  /** Epoch ms. */
  readonly createdAt: number | null;
  /** Address on every network it belongs to; empty text while it has none. */
  readonly networks: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  /** Those that people gave it; compose's own are told above. */
  readonly labels: Readonly<Record<string, string>>;
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
  readonly probe: HealthProbe | null;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  readonly restartCount: number;
  readonly startedAt: number | null;
  /** `startedAt` exactly as the engine says it, to the nanosecond: the identity of a start. */
  readonly startedAtText: string;
  /** Null while it runs. */
  readonly finishedAt: number | null;
  /** When it last ended, be it that it runs again; null if it never did. */
  readonly lastFinishedAt: number | null;
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

function networksOf(wire: Wire): Record<string, string> {
  const result: Record<string, string> = {};
  const networks = objectIn(objectIn(wire, 'NetworkSettings'), 'Networks');
  for (const name of Object.keys(networks)) {
    const network = objectIn(networks, name);
    const address = maybeText(network, 'IPAddress') || maybeText(network, 'GlobalIPv6Address');
    result[sanitizeLine(name)] = sanitizeLine(address || '');
  }
  return result;
}

function label(labels: Wire, name: string): string | null {
  const value = maybeText(labels, name);
  return value === null ? null : sanitizeLine(value);
}

/** Labels of one container that are kept, and characters of each. */
const LABELS_MAX = 40;
const LABEL_LENGTH_MAX = 200;
const COMPOSE_LABELS = 'com.docker.compose.';

function labelsOf(labels: Wire): Readonly<Record<string, string>> {
  const own = Object.entries(labels).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      entry[1].length <= LABEL_LENGTH_MAX &&
      !entry[0].startsWith(COMPOSE_LABELS),
  );
  return Object.fromEntries(
    own.slice(0, LABELS_MAX).map(([name, value]) => [sanitizeLine(name), sanitizeLine(value)]),
  );
}

function portsOf(wire: Wire): PublishedPort[] {
  return arrayIn(wire, 'Ports').flatMap((entry) => {
    const port = objectOf(entry, 'Ports');
    const containerPort = maybeNumber(port, 'PrivatePort');
    const hostPort = maybeNumber(port, 'PublicPort');
    if (containerPort === null || hostPort === null || port['Type'] === 'udp') return [];
    return [{ containerPort, hostAddress: sanitizeLine(maybeText(port, 'IP') ?? ''), hostPort }];
  });
}

/** A linked container carries further names such as /other/alias: its own has one slash. */
function ownName(names: readonly unknown[]): string | null {
  const texts = names.filter((name) => typeof name === 'string');
  return texts.find((name) => name.lastIndexOf('/') <= 0) ?? texts[0] ?? null;
}

/** Decodes one line of `GET /containers/json`. */
export function decodeLine(value: unknown): ListedContainer {
  const wire = objectOf(value, 'answer');
  const id = idIn(wire, 'Id');
  const labels = objectIn(wire, 'Labels');
  const number = Number(maybeText(labels, NUMBER_LABEL) ?? Number.NaN);
  const status = sanitizeLine(textIn(wire, 'Status'));
  const createdSeconds = maybeNumber(wire, 'Created');
  return {
    id,
    name: sanitizeLine((ownName(arrayIn(wire, 'Names')) ?? id.slice(0, 12)).replace(/^\//, '')),
    project: label(labels, PROJECT_LABEL),
    service: label(labels, SERVICE_LABEL),
    composeNumber: Number.isInteger(number) ? number : null,
    composeFolder: label(labels, FOLDER_LABEL),
    composeFiles: (label(labels, FILES_LABEL) ?? '').split(',').filter((path) => path !== ''),
    oneOff: label(labels, ONE_OFF_LABEL)?.toLowerCase() === 'true',
    image: sanitizeLine(textIn(wire, 'Image')),
    state: stateOf(textIn(wire, 'State')),
    status,
    words: readStatus(status),
    createdAt: createdSeconds === null ? null : createdSeconds * 1000,
    networks: networksOf(wire),
    ports: portsOf(wire),
    labels: labelsOf(labels),
  };
}

function byName(a: ListedContainer, b: ListedContainer): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Lines decoded in one go; a longer list lets others work in between. */
const LINES_AT_ONCE = 250;

/**
 * Decodes `GET /containers/json`, sorted by name.
 * @param breathe awaited after every 250 lines
 */
export async function decodeList(
  value: unknown,
  breathe: () => Promise<unknown>,
): Promise<readonly ListedContainer[]> {
  const rows = decoding('the list of containers', () => arrayOf(value));
  const lines: ListedContainer[] = [];
  for (let at = 0; at < rows.length; at += LINES_AT_ONCE) {
    if (at > 0) await breathe();
    decoding('the list of containers', () => {
      for (const row of rows.slice(at, at + LINES_AT_ONCE)) lines.push(decodeLine(row));
    });
  }
  return lines.sort(byName);
}

/** Of what a check wrote so much is kept. */
const OUTPUT_LENGTH_MAX = 300;

/** The engine keeps the last five checks: what failed without a break is at the end of them. */
function probeOf(health: Wire): HealthProbe | null {
  const log = health['Log'];
  const checks = Array.isArray(log) ? log.map((entry) => objectOf(entry, 'Log')) : [];
  const last = checks.at(-1);
  if (last === undefined) return null;
  const passed = checks.findLastIndex((check) => maybeNumber(check, 'ExitCode') === 0);
  const firstFailed = checks[passed + 1];
  const output = sanitizeLine(maybeText(last, 'Output') ?? '').trim();
  return {
    failingStreak: maybeNumber(health, 'FailingStreak') ?? checks.length - passed - 1,
    failingSince: firstFailed === undefined ? null : timeOf(maybeText(firstFailed, 'Start')),
    output: output.slice(0, OUTPUT_LENGTH_MAX),
  };
}

function detailOf(wire: Wire): ContainerDetail {
  const config = objectIn(wire, 'Config');
  const labels = objectIn(config, 'Labels');
  const now = objectOf(wire['State'], 'State');
  const state = stateOf(textIn(now, 'Status'));
  const startedText = maybeText(now, 'StartedAt');
  const startedAt = timeOf(startedText);
  const lastFinishedAt = timeOf(maybeText(now, 'FinishedAt'));
  const ended = startedAt !== null && !isUp(state);
  const health = maybeText(objectIn(now, 'Health'), 'Status') as ContainerHealth | null;
  return {
    id: idIn(wire, 'Id'),
    name: sanitizeLine(textIn(wire, 'Name').replace(/^\//, '')),
    project: label(labels, PROJECT_LABEL),
    service: label(labels, SERVICE_LABEL),
    tty: flagIn(config, 'Tty'),
    state,
    health: health !== null && HEALTHS.includes(health) ? health : 'none',
    probe: probeOf(objectIn(now, 'Health')),
    exitCode: ended ? maybeNumber(now, 'ExitCode') : null,
    oomKilled: flagIn(now, 'OOMKilled'),
    restartCount: maybeNumber(wire, 'RestartCount') ?? 0,
    startedAt,
    startedAtText: sanitizeLine(startedText ?? ''),
    finishedAt: ended ? lastFinishedAt : null,
    lastFinishedAt,
    networks: networksOf(wire),
  };
}

/** Decodes `GET /containers/ID/json`. */
export function decodeInspection(value: unknown): ContainerDetail {
  return decoding('the inspection of a container', () => detailOf(objectOf(value, 'answer')));
}

/** What is known of a container beside its line. */
export interface Known {
  /** Null until it has been inspected. */
  readonly detail: ContainerDetail | null;
  /** The inspection is of the container as its line shows it. */
  readonly current: boolean;
  readonly recentRestarts: readonly number[];
  /** Killed for want of memory within the last 10 minutes, though it may run again. */
  readonly killedLately: boolean;
}

/** The domain's container from its list line and what else is known of it. */
export function toContainer(line: ListedContainer, known: Known): Container {
  const { detail } = known;
  const up = isUp(line.state);
  const addresses = up
    ? Object.fromEntries(Object.entries(line.networks).filter(([, address]) => address !== ''))
    : {};
  return {
    id: line.id,
    name: line.name,
    project: line.project,
    service: line.service,
    composeNumber: line.composeNumber,
    image: line.image,
    state: line.state,
    health: line.words.health === 'none' ? (detail?.health ?? 'none') : line.words.health,
    probe: detail?.probe ?? null,
    inspected: detail !== null && known.current,
    exitCode: up ? null : (line.words.exitCode ?? detail?.exitCode ?? null),
    // Of one that has ended again its inspection tells why.
    oomKilled: (detail?.oomKilled ?? false) || (up && known.killedLately),
    restartCount: detail?.restartCount ?? 0,
    recentRestarts: known.recentRestarts,
    createdAt: line.createdAt,
    startedAt: detail?.startedAt ?? null,
    finishedAt: up ? null : (detail?.finishedAt ?? null),
    addresses,
    ports: line.ports,
    labels: line.labels,
  };
}
