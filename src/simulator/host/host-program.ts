import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Host } from './host.ts';

/** A program of this host's, which holds a port. */
export interface HostProgram {
  readonly port: number;
  end(): void;
}

/** Ends with whoever started it, by the end of its input. */
const program = (name: string) => `
process.title = ${JSON.stringify(name)};
const server = require('node:net').createServer((socket) => socket.destroy());
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
`;

/**
 * Starts a program that listens on a port of 127.0.0.1 that was free, for the world's host is this one where
 * processes are looked at: the world's containers cannot have that port until the program has ended.
 * @param name what it is called among the processes
 * @throws Error when it cannot be started
 */
export async function startHostProgram(host: Host, name: string): Promise<HostProgram> {
  const child = spawn(process.execPath, ['-e', program(name)], {
    argv0: name,
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  const ended = new AbortController();
  const gone = once(child, 'exit').then(
    () => ended.abort(new Error(`${name} has ended`)),
    (thrown) => ended.abort(thrown),
  );
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data', { signal: ended.signal });
  const port = Number(said);
  host.change({ kind: 'host-port', port, taken: true });
  void gone.then(() => host.change({ kind: 'host-port', port, taken: false }));
  return { port, end: () => void child.stdin.end() };
}
