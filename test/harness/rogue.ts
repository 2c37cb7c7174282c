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
  log: attacked('evil-log'),
};

/** How the rogue's metrics endpoint answers. */
type RogueMode = 'well' | 'garbage' | 'hung' | 'slow' | 'reset' | 'refused' | 'large';

/** Longer than any source of these tests waits. */
const SLOW_MS = 5000;
const LARGE_ROWS = 10_000;

const PROGRAM = `
const texts = ${JSON.stringify(texts)};
const well = '# TYPE circuit_breaker_state gauge\\ncircuit_breaker_state{dependency="' + texts.breaker + '"} 1\\n';
const rows = Array.from({ length: ${LARGE_ROWS} }, (_, n) => 'rows{n="' + n + '"} ' + n);
const answers = {
  well: (response) => response.end(well),
  garbage: (response) => response.end(texts.line + ' {{ is no metric\\n'),
  hung: () => {},
  slow: (response) => setTimeout(() => response.end(well), ${SLOW_MS}),
  reset: (response) => {
    response.setHeader('content-length', 100_000);
    response.write(well, () => response.socket.resetAndDestroy());
  },
  refused: (response) => { response.statusCode = 403; response.end('no'); },
  large: (response) => response.end(well + '# TYPE rows gauge\\n' + rows.join('\\n') + '\\n'),
};
let mode = 'well';
setInterval(() => console.log(texts.log), 200);
require('node:http').createServer((request, response) => {
  const [, verb, next] = request.url.split('/');
  if (verb === 'become') mode = next;
  if (request.url !== '/metrics') return response.end();
  response.setHeader('content-type', 'text/plain');
  answers[mode](response);
}).listen(8000);
require('node:http').createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ checks: { redis_available: texts.body, database_available: true } }));
}).listen(80);
`;

/** A container of the project whose answers cannot be trusted. */
interface Rogue {
  /** From now on its metrics are answered so; a text that cannot be read carries control sequences. */
  metricsBecome(mode: RogueMode): Promise<void>;
}

/**
 * Starts a container in the project whose every answer carries control sequences, and makes another
 * whose labels do; both are gone after the running test.
 */
export async function startRogue(stack: Stack): Promise<Rogue> {
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
    async metricsBecome(mode) {
      await ask(`/become/${mode}`);
    },
  };
}
