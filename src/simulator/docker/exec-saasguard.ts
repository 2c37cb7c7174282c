import { writeFile } from 'node:fs/promises';
import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';
import { fileIn, hostPathOf } from '../world/files.ts';
import { openWarehouse } from '../world/programs/saasguard-data.ts';
import { findDrift } from '../world/programs/saasguard-model.ts';
import type { ApiSettings } from '../world/programs/saasguard-state.ts';
import { askWarehouse } from './duckdb.ts';
import { type Executed, failed, type Run, said } from './executed.ts';

const DETECTOR = 'src.infrastructure.monitoring.drift_detector';
const BASELINE = 'churn_training_baseline.json';
const API_PORT = 8000;

const traceback = (error: string) =>
  failed(`Traceback (most recent call last):\n  File "<string>", line 3, in <module>\n${error}\n`);

function settingsOf({ process }: Container): ApiSettings | null {
  return process?.kind === 'saasguard-api' ? process.settings : null;
}

/** `python -c`: what a script that asks DuckDB prints; no other one is known. */
const script: Run = (host, container, [, , text = '', ...args], user) => {
  const path = settingsOf(container)?.duckdbPath ?? '';
  const opened = openWarehouse(host.world(), container, path, user, false);
  if ('failure' in opened) return traceback(`duckdb.duckdb.IOException: ${opened.failure}`);
  const answered = askWarehouse(text, args, opened.warehouse);
  if (answered === null) return failed('python: this script is not simulated\n');
  return 'error' in answered ? traceback(answered.error) : said(`${answered.printed}\n`);
};

/** Writes a file of a mounted folder, as a program in the container does. */
async function write(host: Host, container: Container, path: string, text: string) {
  const hostPath = hostPathOf(container, path);
  if (hostPath === null) return false;
  await writeFile(hostPath, text);
  const modifiedAt = host.clock.outside(host.world().now);
  const file = { sizeBytes: text.length, modifiedAt, text };
  host.change({ kind: 'files', files: new Map([...host.world().files, [hostPath, file]]) });
  return true;
}

async function exportBaseline(host: Host, container: Container): Promise<Executed> {
  const settings = settingsOf(container);
  const world = host.world();
  const mart = world.warehouse?.marts.churn ?? null;
  if (settings === null || mart === null) return traceback('the churn mart does not exist');
  const text = `${JSON.stringify({ rows: mart.rows, features: mart.features }, null, 1)}\n`;
  const path = `${settings.modelsDir}/${BASELINE}`;
  if (!(await write(host, container, path, text))) {
    return traceback(`OSError: [Errno 30] Read-only file system: '${path}'`);
  }
  return said(`baseline of ${Object.keys(mart.features).length} features written to ${path}\n`);
}

function check(host: Host, container: Container): Executed {
  const settings = settingsOf(container);
  const found =
    settings === null ? 'check_failed' : findDrift(host.world(), container, { settings });
  if (typeof found === 'string') return failed(`${found}\n`);
  const max = Math.max(0, ...found.map(({ psi }) => psi));
  const out = `${JSON.stringify({ has_drift: max > 0.2, max_psi: max, features: found })}\n`;
  return { exitCode: max > 0.2 ? 1 : 0, out, err: '' };
}

const python: Run = (host, container, words, user) => {
  const [, option, module] = words;
  if (option === '-c') return script(host, container, words, user);
  if (option === '-m' && module === DETECTOR) {
    return words.includes('--export-baseline')
      ? exportBaseline(host, container)
      : check(host, container);
  }
  return failed('python: this program is not simulated\n');
};

/** `curl` of something of its own container. */
const curl: Run = (host, { id }, words) => {
  const url = words.findLast((word) => word.startsWith('http'));
  const { pathname, port } = new URL(url ?? 'http://127.0.0.1/');
  const request = {
    method: 'GET',
    path: pathname,
    headers: {},
    body: '',
    port: Number(port || 80),
    inside: true,
  };
  const { http } = host.change({ kind: 'http', container: id, request });
  if (http === null || Number(port) !== API_PORT) {
    return failed(`curl: (7) Failed to connect to 127.0.0.1 port ${port}\n`, 7);
  }
  if (http.status >= 400) return failed(`curl: (22) error: ${http.status}\n`, 22);
  return said(http.body);
};

/** What the image of SaaSGuard's api has. */
export const saasguardTools: Readonly<Record<string, Run>> = {
  python,
  curl,
  cat: (host, container, words) => {
    const text = fileIn(host.world(), container, words.at(-1) ?? '')?.text ?? null;
    return text === null ? failed('cat: No such file or directory\n') : said(text);
  },
};
