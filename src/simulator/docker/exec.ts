import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Host } from '../host/host.ts';
import { type Ask, answer, containerOf, EngineRefusal } from './engine.ts';
import { execute } from './exec-programs.ts';
import { frame } from './frames.ts';

/** A command in a container. */
interface Exec {
  readonly container: string;
  readonly words: readonly string[];
  /** As it was asked for: a name, or numbers; empty for that of the image. */
  readonly user: string;
  exitCode: number | null;
}

/** The commands that were prepared; the last of them. */
export type ExecBook = Map<string, Exec>;

const EXECS_MAX = 500;

/** `POST /containers/ID/exec` */
export function prepareExec(ask: Ask): void {
  const { execs } = ask.engine;
  const { id, state } = containerOf(ask);
  if (state !== 'running') throw new EngineRefusal(409, `container ${id} is not running`);
  const words = Array.isArray(ask.body['Cmd']) ? ask.body['Cmd'].map(String) : [];
  if (words.length === 0) throw new EngineRefusal(400, 'No exec command specified');
  const user = typeof ask.body['User'] === 'string' ? ask.body['User'] : '';
  const exec = randomBytes(32).toString('hex');
  execs.set(exec, { container: id, words, user, exitCode: null });
  for (const oldest of execs.keys()) {
    if (execs.size <= EXECS_MAX) break;
    execs.delete(oldest);
  }
  answer(ask, { Id: exec }, 201);
}

function execOf(execs: ExecBook, id: string): Exec {
  const exec = execs.get(id);
  if (exec === undefined) throw new EngineRefusal(404, `No such exec instance: ${id}`);
  return exec;
}

/** Tells of a command as the engine does. */
function tell(host: Host, id: string, { container, words, exitCode }: Exec): void {
  const world = host.world();
  const one = world.containers.get(container);
  if (one === undefined) return;
  const command = words.join(' ');
  const action = exitCode === null ? `exec_start: ${command}` : 'exec_die';
  const code = exitCode === null ? {} : { exitCode: String(exitCode) };
  const attributes = { ...one.labels, image: one.image, name: one.name, execID: id, ...code };
  const event = { kind: 'event', type: 'container', action, id: container, attributes } as const;
  host.events.take([{ ...event, at: world.now }]);
}

/** Runs a prepared command and writes what it says to `output`, framed. */
async function begin(
  host: Host,
  id: string,
  exec: Exec,
  output: Duplex | Ask['response'],
): Promise<void> {
  tell(host, id, exec);
  const { exitCode, out, err } = await execute(host, exec.container, exec.words, exec.user);
  exec.exitCode = exitCode;
  tell(host, id, exec);
  if (out !== '') output.write(frame('stdout', out));
  if (err !== '') output.write(frame('stderr', err));
  output.end();
}

/** `POST /exec/ID/start` */
export async function startExec({ engine, params: [id = ''], response }: Ask): Promise<void> {
  const exec = execOf(engine.execs, id);
  response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
  await begin(engine.host, id, exec, response);
}

/** As `startExec`, on a connection that is taken over, as the command line asks for it. */
export function startExecRaw(host: Host, execs: ExecBook, id: string, socket: Duplex): void {
  const exec = execs.get(id);
  if (exec === undefined) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  const head = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n';
  socket.write(`${head}Content-Type: application/vnd.docker.raw-stream\r\n\r\n`);
  begin(host, id, exec, socket).catch(() => socket.destroy());
}

/** `GET /exec/ID/json` */
export function inspectExec(ask: Ask): void {
  const [id = ''] = ask.params;
  const { container, exitCode } = execOf(ask.engine.execs, id);
  answer(ask, { ID: id, Running: false, ExitCode: exitCode, ContainerID: container, Pid: 0 });
}
