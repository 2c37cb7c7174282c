import { onTestFinished } from 'vitest';
import { hostMounts, imageName } from '../stack/image.ts';
import type { Stack } from '../stack/stack.ts';
import { eventually } from './eventually.ts';

/** What no text from outside may bring to a terminal: a title, the clipboard, blinking, a C1 CSI. */
const ATTACK = '\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[5;7m\u009b5;7m';

/** Bytes that are on the terminal only if an attack has got through. */
export const attackBytes = ['\x1b]0;', '\x1b]52;', '\x1b[5;7m', '\xc2\x9b', '\x9b5;7m'] as const;

/** A text around an attack; of it, only the words may be seen. */
export const attacked = (words: string) => `${words}${ATTACK}`;

const texts = {
  breaker: attacked('evil-breaker'),
  body: attacked('evil-body'),
  line: attacked('evil-line'),
};

const PROGRAM = `
const texts = ${JSON.stringify(texts)};
let broken = false;
require('node:http').createServer((request, response) => {
  if (request.url === '/break') broken = true;
  if (request.url === '/metrics') {
    response.setHeader('content-type', 'text/plain');
    response.end(broken
      ? texts.line + ' {{ is no metric\\n'
      : '# TYPE circuit_breaker_state gauge\\ncircuit_breaker_state{dependency="' + texts.breaker + '"} 1\\n');
  } else response.end();
}).listen(8000);
require('node:http').createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ checks: { redis_available: texts.body, database_available: true } }));
}).listen(80);
`;

/**
 * Starts a container in the project whose every answer carries control sequences, and makes another
 * whose labels do; both are gone after the running test.
 *
 * @returns makes its metrics unreadable, with control sequences in what cannot be read
 */
export async function startRogue(stack: Stack): Promise<{ breakMetrics(): Promise<void> }> {
  const names = ['falcon-rogue', 'falcon-rogue-label'];
  onTestFinished(async () => {
    await stack.docker(['rm', '--force', ...names]);
  });
  const label = (name: string, value: string) => ['--label', `com.docker.compose.${name}=${value}`];
  const mounts = [...hostMounts, `${process.execPath}:/opt/node:ro`].flatMap((m) => ['-v', m]);
  const common = [...label('project', 'falcon'), '--network', 'falcon-network', ...mounts];
  const program = [imageName, '/opt/node', '-e', PROGRAM];
  await stack.docker([
    ...['run', '--detach', '--name', 'falcon-rogue', ...label('service', 'rogue')],
    ...[...common, ...program],
  ]);
  await stack.docker([
    ...['create', '--name', 'falcon-rogue-label', ...label('service', attacked('evil-service'))],
    ...[...common, ...program],
  ]);
  const url = await stack.containerUrl('rogue', 8000);
  const ask = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(2000) });
  await eventually(async () => (await ask('/metrics')).ok, { what: 'the rogue to answer' });
  return {
    async breakMetrics() {
      await ask('/break');
    },
  };
}
