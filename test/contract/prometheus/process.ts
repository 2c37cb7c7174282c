import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../harness/eventually.ts';
import { freePort } from '../../harness/free-port.ts';

/** A real server of the test's own that says in its log when it is ready. */
export interface ServerProcess {
  readonly port: number;
  readonly url: string;
  readonly dir: string;
  /** Starts it; resolves when it is ready. */
  start(...args: readonly string[]): Promise<void>;
  /** SIGSTOP; resolves when none of its threads runs any more. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL, hung or not; resolves when it is gone. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

interface Recipe {
  readonly command: string;
  readonly args: (place: { readonly port: number; readonly dir: string }) => readonly string[];
  readonly ready: string;
  /** Its configuration, written to `config.yml` in its folder. */
  readonly config: string;
}

async function serverProcess(recipe: Recipe): Promise<ServerProcess> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), `opsconsole-${recipe.command}-`));
  await writeFile(join(dir, 'config.yml'), recipe.config);
  let child: ChildProcess | null = null;
  const server: ServerProcess = {
    port,
    dir,
    url: `http://127.0.0.1:${port}`,
    async start(...args) {
      const started = spawn(recipe.command, [...recipe.args({ port, dir }), ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      const lines: string[] = [];
      for await (const line of createInterface({ input: started.stderr })) {
        lines.push(line);
        if (line.includes(recipe.ready)) {
          started.stderr.resume();
          return;
        }
      }
      throw new Error(`${recipe.command} ended at its start: ${lines.slice(-3).join('\n')}`);
    },
    async freeze() {
      const tasks = `/proc/${child?.pid}/task`;
      child?.kill('SIGSTOP');
      const stopped = async (task: string) =>
        /\) [Tt] /.test(await readFile(`${tasks}/${task}/stat`, 'utf8'));
      await eventually(
        async () => (await Promise.all((await readdir(tasks)).map(stopped))).every(Boolean),
        { what: `${recipe.command} to stand still`, everyMs: 10 },
      );
    },
    thaw: () => void child?.kill('SIGCONT'),
    async kill() {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      child = null;
    },
    async remove() {
      await server.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return server;
}

/** A Prometheus server that scrapes `targets` (`host:port`) every second. */
export function prometheusServer(targets: readonly string[] = []): Promise<ServerProcess> {
  return serverProcess({
    command: 'prometheus',
    ready: 'Server is ready to receive web requests',
    config: [
      'global: { scrape_interval: 1s, scrape_timeout: 1s }',
      'scrape_configs:',
      `  - { job_name: test, static_configs: [{ targets: ${JSON.stringify(targets)} }] }`,
    ].join('\n'),
    args: ({ port, dir }) => [
      `--config.file=${join(dir, 'config.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
  });
}

/** An Alertmanager on its own that sends nothing anywhere. */
export function alertmanagerServer(config: readonly string[] = []): Promise<ServerProcess> {
  return serverProcess({
    command: 'prometheus-alertmanager',
    ready: 'Listening on',
    config: ['route: { receiver: none }', 'receivers: [{ name: none }]', ...config].join('\n'),
    args: ({ port, dir }) => [
      `--config.file=${join(dir, 'config.yml')}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
  });
}
