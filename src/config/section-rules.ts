import { parseDuration } from '../domain/duration.ts';
import type { Report } from '../runbooks/report.ts';
import type { Path } from '../runbooks/yaml-file.ts';
import { parsePostgresUrl, parseRedisUrl } from './data-urls.ts';
import type { ListEntry, ListSection } from './region-config.ts';
import { SECRET_REFERENCE } from './secret.ts';

/** Less would be felt by the server that is asked. */
const MIN_INTERVAL_MS = 250;
const MAX_PORT = 65_535;
const MAX_MESSAGE_MS = 60_000;

/** Says what is wrong in an entry whose fields are right one by one. */
type Rule<S extends ListSection> = (
  value: ListEntry<S>['value'],
  report: Report,
  path: Path,
) => void;

type Fields = Readonly<Record<string, unknown>>;

const given = (value: Fields, names: readonly string[]) =>
  names.filter((name) => value[name] !== undefined);

const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

/** Exactly one of these fields; `least` 0 allows none. */
function oneOf(
  names: readonly string[],
  least: 0 | 1,
  value: Fields,
  report: Report,
  path: Path,
): void {
  const [first, second] = given(value, names);
  if (second !== undefined) {
    const message = `\`${first}\` and \`${second}\` both say where it is`;
    report.error([...path, second], message, 'keep one of them', 'key');
  } else if (first === undefined && least === 1) {
    report.error(path, `nothing says where it is`, `give one of ${quoted(names)}`);
  }
}

/** Fields that mean nothing beside another. */
function noneBeside(
  other: string,
  names: readonly string[],
  value: Fields,
  report: Report,
  path: Path,
): void {
  if (value[other] === undefined) return;
  for (const name of given(value, names)) {
    const mend = `write it into the ${other}, and remove it here`;
    report.error([...path, name], `\`${name}\` means nothing beside \`${other}\``, mend, 'key');
  }
}

function pace(value: Fields, report: Report, path: Path): void {
  const { every, timeout } = value as { every?: string; timeout?: string };
  if (every !== undefined && (parseDuration(every) ?? 0) < MIN_INTERVAL_MS) {
    const message = '`every` is too short';
    report.error([...path, 'every'], message, `give ${MIN_INTERVAL_MS}ms or more`);
  }
  if (timeout !== undefined && parseDuration(timeout) === 0) {
    report.error([...path, 'timeout'], '`timeout` leaves no time', 'give 100ms or more');
  }
}

function dataUrl(
  parse: (text: string) => unknown,
  form: string,
  value: Fields,
  report: Report,
  path: Path,
): void {
  const { url } = value as { url?: string };
  if (url === undefined || SECRET_REFERENCE.test(url) || parse(url) !== null) return;
  report.error([...path, 'url'], '`url` cannot be read', `write it as ${form}`);
}

const rules: { readonly [S in ListSection]: Rule<S> } = {
  postgres(value, report, path) {
    // Without an address it says how to log in to the pack's databases.
    const login = given(value, ['user', 'database', 'password']).length > 0;
    oneOf(['url', 'service', 'socket'], login ? 0 : 1, value, report, path);
    noneBeside('url', ['port'], value, report, path);
    dataUrl(parsePostgresUrl, 'postgres://USER@HOST:PORT/DATABASE', value, report, path);
  },
  redis(value, report, path) {
    oneOf(['url', 'service', 'socket'], 0, value, report, path);
    noneBeside('url', ['port'], value, report, path);
    noneBeside('socket', ['port'], value, report, path);
    dataUrl(parseRedisUrl, 'redis://HOST:PORT', value, report, path);
  },
  metrics: webAddress,
  checks(value, report, path) {
    webAddress(value, report, path);
    const body = given(value.expect ?? {}, ['body', 'json'])[0];
    if (value.method !== 'HEAD' || body === undefined) return;
    const message = `an answer to HEAD has no body for \`${body}\``;
    report.error([...path, 'expect', body], message, 'use GET, or remove it', 'key');
  },
  certificates(value, report, path) {
    const port = Number(value.address.slice(value.address.lastIndexOf(':') + 1));
    if (port >= 1 && port <= MAX_PORT) return;
    report.error([...path, 'address'], `${port} is no port`, `ports are 1 to ${MAX_PORT}`);
  },
  logs(value, report, path) {
    oneOf(['file', 'unit'], 1, value, report, path);
  },
  notify(value, report, path) {
    const ways = given(value, ['webhook', 'command']);
    if (ways.length === 0) {
      report.error(path, 'nothing says where messages go', 'give `webhook` or `command`');
    } else if (ways.length > 1) {
      report.error([...path, 'command'], 'a channel has one way out', 'make two of it', 'key');
    }
    if (value.timeout === undefined) return;
    if ((parseDuration(value.timeout) ?? 0) <= MAX_MESSAGE_MS) return;
    report.error([...path, 'timeout'], '`timeout` is too long', 'give 1m or less');
  },
};

function webAddress(value: Fields, report: Report, path: Path): void {
  oneOf(['url', 'service'], 1, value, report, path);
  noneBeside('url', ['port', 'path'], value, report, path);
  if (value['service'] !== undefined && value['port'] === undefined) {
    const mend = 'add `port`, as the service listens inside its container';
    report.error(path, '`port` is missing beside `service`', mend);
  }
}

/** What an entry of a section has to obey beyond its fields' own forms. */
export function ruleOf<S extends ListSection>(section: S): Rule<S> {
  return (value, report, path) => {
    pace(value, report, path);
    rules[section](value, report, path);
  };
}
