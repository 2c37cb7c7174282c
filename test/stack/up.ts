import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensurePackages } from '../setup/packages.ts';
import { envFromVariables, playgroundEnv } from './options.ts';
import { defaultDir, startStack } from './stack.ts';

/**
 * Passes a port of 127.0.0.1 on to the stack, so that it is where an operator looks for it.
 * The proxy is Docker's own; it says on its file descriptor 3 when it listens.
 *
 * @returns false when the port is taken
 */
async function publishLocally(port: number, address: string): Promise<boolean> {
  const args = ['-proto', 'tcp', '-host-ip', '127.0.0.1', '-host-port', String(port)];
  args.push('-container-ip', address, '-container-port', String(port));
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
  const proxy = spawn('docker-proxy', args, { detached: true, stdio: [...stdio] });
  const said = proxy.stdio[3];
  if (!said) return false;
  const [answer] = (await once(said, 'data')) as [Buffer];
  said.destroy();
  proxy.unref();
  return answer.toString().startsWith('0');
}

async function main(): Promise<void> {
  const packages = await ensurePackages();
  if (!packages.available) {
    throw new Error(`${packages.reason ?? 'packages are missing'}: ${packages.missing.join(' ')}`);
  }
  const dir = process.env['OPSCONSOLE_STACK_DIR'] ?? defaultDir;
  process.stdout.write('starting engine and project falcon …\n');
  const env = { ...playgroundEnv, ...envFromVariables(process.env) };
  const stack = await startStack({ dir, env });
  const { httpPort, loadRps, breakerTimeoutSeconds } = stack.env;
  const local = await publishLocally(httpPort, new URL(stack.httpUrl).hostname);
  const url = local ? `http://127.0.0.1:${httpPort}` : stack.httpUrl;
  const lines = [
    `running   nginx, worker-1 to -3, redis, postgres; ${loadRps} requests a second`,
    `address   ${url}/infer /healthz /readyz /metrics`,
    `state     ${stack.projectDir}`,
    '',
    'look      the first two lines once, then the third',
    `          export DOCKER_HOST=${stack.dockerHost}`,
    `          export PGPASSWORD=${new URL(stack.postgresUrl).password}`,
    '          bin/opsconsole',
    'break     in another terminal',
    `          docker -H ${stack.dockerHost} kill falcon-redis`,
    `          a breaker that opened tries again after ${breakerTimeoutSeconds} s`,
    'end       npm run stack:down',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
