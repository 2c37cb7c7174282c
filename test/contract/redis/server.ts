import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../harness/free-port.ts';

/** A real redis-server of the test's own. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** Starts it, with further arguments; resolves when it accepts connections. */
  start(...args: readonly string[]): Promise<void>;
  /** Starts it on the data it has saved; resolves while it loads them. */
  startLoading(...args: readonly string[]): Promise<void>;
  /** Makes it impossible to write a file of this name in its folder. */
  block(file: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, hung or not; resolves when it is gone. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Prepares a server on a free port of 127.0.0.1, with a folder of its own; starts nothing. */
export async function redisServer(): Promise<RedisServer> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-redis-'));
  let child: ChildProcess | null = null;

  async function startUntil(word: string, args: readonly string[]): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
    const started = spawn('redis-server', [...own, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child = started;
    for await (const line of createInterface({ input: started.stdout })) {
      if (line.includes(word)) {
        started.stdout.resume();
        return;
      }
    }
    throw new Error('redis-server ended at its start');
  }

  const server: RedisServer = {
    host: '127.0.0.1',
    port,
    start: (...args) => startUntil('Ready to accept connections', args),
    startLoading: (...args) => startUntil('Loading RDB', args),
    async block(file) {
      await mkdir(join(dir, file, 'full'), { recursive: true });
    },
    signal: (name) => void child?.kill(name),
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
