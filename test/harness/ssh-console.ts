import { onTestFinished } from 'vitest';
import { type Desk, LAUNCHER } from './journey.ts';
import { type SshServer, sshServer } from './sshd.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Starts a real sshd for the running test, and ends it with every session on it. */
export async function openSshServer(): Promise<SshServer> {
  const server = await sshServer();
  onTestFinished(() => server.remove());
  // Sessions get the environment that the test builds: home, state and the socket for idle reports.
  await server.start('AcceptEnv *');
  return server;
}

/** Opens the console of a desk for the running test in a session of SSH; the terminal is the client's. */
export async function openOverSsh(
  { configFile, where }: SshServer,
  { home, args }: Pick<Desk, 'home' | 'args'>,
): Promise<Terminal> {
  const client = ['-tt', '-F', configFile, '-o', 'SendEnv=*', `ssh://${where}`];
  const terminal = await openTerminal({
    command: 'ssh',
    args: [...client, LAUNCHER, ...args],
    home,
    cols: 120,
    rows: 40,
  });
  onTestFinished(() => terminal.close());
  return terminal;
}
