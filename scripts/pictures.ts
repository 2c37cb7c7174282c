import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Expected } from '../test/harness/expected.ts';
import { openTerminal, type Terminal } from '../test/harness/terminal.ts';
import { ensurePackages } from '../test/setup/packages.ts';
import { type Stack, startStack } from '../test/stack/stack.ts';
import { root, take, WITHIN_MS } from './picture.ts';
import { drawSimulated } from './pictures-simulated.ts';

// `npm run pictures`: draws the pictures of docs/pictures/ from the real program on a pseudo-terminal,
// looking at a stack of its own whose Redis is killed and restarted, and at simulated regions. Needs what the
// stack needs; with the argument `simulated` only the latter are drawn, for which nothing is needed.

/** Sparklines are worth looking at from here on. */
const SPARKS_LEAST = 100;
async function open(stack: Stack, cols: number, rows: number): Promise<Terminal> {
  const env = { DOCKER_HOST: stack.dockerHost, PGPASSWORD: new URL(stack.postgresUrl).password };
  return openTerminal({ command: `${root}bin/opsconsole`, cols, rows, env });
}

const sparks: Expected = (lines) =>
  [...lines.join('').matchAll(/[▁▂▃▄▅▆▇█]/g)].length >= SPARKS_LEAST;

/** What one looks at without an incident: lists, details, a log, sessions that wait for another. */
async function look(stack: Stack, small: Terminal, large: Terminal): Promise<void> {
  await small.press('1', 'Enter', 'j', 'j');
  await take(small, 'containers-80x24', '▸');
  await small.press('Esc', 'Esc');

  await large.press('1', 'Enter', 'G', 'Enter');
  await take(large, 'container-120x40', 'networks', sparks);
  await large.press('l');
  await take(large, 'logs-120x40', 'following');
  await large.press('Esc', 'Esc', 'Esc');

  const pile = await stack.faults.pilePostgres({ waiters: 4, blockerName: 'migration' });
  try {
    await large.press('4', 'Enter');
    await take(large, 'database-120x40', `blocks 4`);
    await large.press('g', 'Enter');
    await take(large, 'session-120x40', /state +idle in transaction/);
    await large.press('Esc', 'Esc');
  } finally {
    await pile.rollback();
  }
}

/** The whole of a small incident: a dead Redis is seen, restarted and proved. */
async function draw(stack: Stack, small: Terminal, large: Terminal): Promise<void> {
  await take(large, 'overview-120x40', 'no alert', sparks);
  await take(small, 'overview-80x24', 'no alert', '7 of 7 up');

  await look(stack, small, large);

  await stack.docker(['kill', 'falcon-redis']);
  await take(large, 'overview-incident-120x40', 'r to open', /redis\s+open/i, /\d of \d+ lost/);

  await small.until('r to open', { withinMs: WITHIN_MS });
  await small.press('r');
  await small.until('restart redis…', { withinMs: WITHIN_MS });
  await small.press('Enter');
  await take(small, 'dialog-80x24', 'do it');
  await small.press('Esc');

  await large.press('r');
  await take(large, 'wizard-120x40', 'restart redis…', /touches +falcon-redis/);
  await large.press('Enter');
  await large.until('do it', { withinMs: WITHIN_MS });
  await large.press('y');
  await take(large, 'wizard-verifying-120x40', /breaker redis: /, /00:(0[4-9]|[1-3]\d) of/);
  await take(large, 'wizard-verified-120x40', 'Resolved');
}

async function main(): Promise<void> {
  const { available, missing, reason } = await ensurePackages();
  if (!available) throw new Error(`no pictures: ${reason ?? ''} ${missing.join(' ')}`.trimEnd());
  const dir = join(tmpdir(), 'opsconsole-pictures');
  const stack = await startStack({ dir, env: { breakerTimeoutSeconds: 40, httpPort: 18090 } });
  const terminals: Terminal[] = [];
  try {
    const small = await open(stack, 80, 24);
    terminals.push(small);
    const large = await open(stack, 120, 40);
    terminals.push(large);
    await draw(stack, small, large);
  } finally {
    for (const terminal of terminals) await terminal.close();
    await stack.stop();
  }
}

try {
  if (!process.argv.includes('simulated')) await main();
  await drawSimulated();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
