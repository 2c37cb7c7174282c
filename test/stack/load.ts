import { Agent, request } from 'node:http';
import { setInterval as every } from 'node:timers/promises';

/**
 * A steady stream of inference requests: four of five texts come from a small pool and are cached
 * after their first use; each tenth request carries an idempotency key, every other one of these
 * a key that was used before. Requests in flight are bounded below the balancer's ten a client.
 */
const target = new URL(process.env['LOAD_TARGET'] ?? 'http://nginx/infer');
const perSecond = Number(process.env['LOAD_RPS'] ?? 20);
const mostInFlight = 8;
const timeoutMs = 10_000;
const run = Date.now().toString(36);
const moods = ['great awesome', 'terrible bad', 'okay fine', 'amazing', 'horrible', 'average'];
const pool = Array.from({ length: 24 }, (_, i) => {
  return `product ${i % 4} is ${moods[i % moods.length] ?? 'fine'}`;
});
const agent = new Agent({ keepAlive: true, maxSockets: mostInFlight });
const seen = { sent: 0, good: 0, refused: 0, failed: 0, skipped: 0 };
let inFlight = 0;

function textOf(n: number): string {
  const repeated = pool[(n * 7) % pool.length] ?? 'this is okay';
  return n % 5 === 0 ? `order ${run}-${n} was fine` : repeated;
}

function keyOf(n: number): string | null {
  if (n % 10 !== 0) return null;
  return n % 20 === 0 ? `load-${run}-${n}` : `load-${run}-${n - 10}`;
}

function send(n: number): void {
  const key = keyOf(n);
  const headers = {
    'content-type': 'application/json',
    ...(key === null ? {} : { 'x-idempotency-key': key }),
  };
  seen.sent += 1;
  inFlight += 1;
  const ask = request(target, { method: 'POST', agent, headers, timeout: timeoutMs });
  ask.on('response', (response) => {
    if (response.statusCode === 200) seen.good += 1;
    else seen.refused += 1;
    response.resume();
  });
  ask.on('timeout', () => ask.destroy(new Error('no answer in time')));
  ask.on('error', () => {
    seen.failed += 1;
  });
  ask.on('close', () => {
    inFlight -= 1;
  });
  ask.end(JSON.stringify({ text: textOf(n) }));
}

process.once('SIGTERM', () => process.exit(0));
let n = 0;
for await (const _ of every(1000 / perSecond)) {
  n += 1;
  if (inFlight < mostInFlight) send(n);
  else seen.skipped += 1;
  if (n % (perSecond * 10) === 0) process.stdout.write(`${JSON.stringify(seen)}\n`);
}
