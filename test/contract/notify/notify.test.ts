import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { redact } from '../../../src/domain/redact.ts';
import { notifyActions } from '../../../src/integrations/notify/actions.ts';
import type { Channel, Messages } from '../../../src/integrations/notify/channel.ts';
import { notifyProbes } from '../../../src/integrations/notify/probes.ts';
import { runWithInput } from '../../../src/integrations/shell/run.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const PATH = '/services/T000/B000/verysecretpart';
const hook = (url: string, timeoutMs = 2000): Channel => ({
  name: 'ops',
  kind: 'webhook',
  timeoutMs,
  address: { reference: 'env:WEBHOOK_URL', read: () => url },
});
const command = (...words: string[]): Channel => ({
  name: 'pager',
  kind: 'command',
  timeoutMs: 2000,
  command: words,
});
const through = (...channels: Channel[]): Messages => ({
  channels: () => channels,
  run: runWithInput,
});
const message = { recipients: ['Ann', 'Bob'], text: 'Redis is down\nsince 12:03' };
const sending = (messages: Messages, input: object = message, context = testContext()) =>
  prepare(notifyActions(messages), 'notify.send', input, context);

/** A webhook that keeps what it was sent. */
async function receiver(status = 200) {
  const got: { path: string; type: string; body: string }[] = [];
  const server = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const type = String(request.headers['content-type']);
    got.push({ path: request.url ?? '', type, body });
    response.writeHead(status).end('ok');
  });
  cleanups.push(() => server.close());
  return { server, got };
}

describe('notify.send by a webhook', () => {
  it('shows the whole message and where it goes, then sends exactly that, once', async () => {
    const { got, server } = await receiver();
    const context = testContext();
    const send = sending(through(hook(server.url + PATH)), message, context);
    const preview = await send.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'message', name: 'message by ops', detail: 'to Ann, Bob' }],
      notes: [`goes by ops (webhook) to 127.0.0.1:${server.port}`],
      details: ['For: Ann, Bob', '', 'Redis is down', 'since 12:03'],
    });
    expect(got).toEqual([]);
    await expect(send.run(preview)).resolves.toMatchObject({ channel: 'ops' });
    expect(got).toEqual([
      {
        path: PATH,
        type: 'application/json',
        body: JSON.stringify({ text: 'For: Ann, Bob\n\nRedis is down\nsince 12:03' }),
      },
    ]);
    expect(await send.settle(preview, 0)).toMatchObject({ state: 'unknown' });
    // The address is a secret, whatever is shown.
    expect(JSON.stringify([preview, context.lines])).not.toContain('verysecret');
  });

  it('sends no secret and no control sequence, the same from dialog and journal', async () => {
    const { got, server } = await receiver();
    const messages = through(hook(server.url + PATH));
    const text = 'password: hunter2 \u001b[31mred\u0007 postgres://u:pw@h/d';
    const preview = await sending(messages, { ...message, text }).preview();
    const kept = redact({ ...message, text }) as object;
    await sending(messages, kept).run(preview);
    expect(got[0]?.body).not.toMatch(/hunter2|pw@|\\u001b|\\u0007/);
    expect(preview.details?.join('\n')).toBe(JSON.parse(got[0]?.body ?? '{}').text);
  });

  it('refuses another message, or another place, than was shown', async () => {
    const { got, server } = await receiver();
    const other = await receiver();
    const preview = await sending(through(hook(server.url))).preview();
    const changed = sending(through(hook(server.url)), { ...message, text: 'else' });
    await expect(changed.run(preview)).rejects.toThrow('Nothing was sent');
    const moved = sending(through(hook(other.server.url)));
    await expect(moved.run(preview)).rejects.toThrow('Nothing was sent');
    expect([...got, ...other.got]).toEqual([]);
  });

  it.each([
    [404, 'correct env:WEBHOOK_URL'],
    [429, 'wait a minute'],
    [500, 'send it another way'],
    [302, 'send it another way'],
  ])('says what %i means', async (status, mend) => {
    const { server } = await receiver(status);
    const send = sending(through(hook(server.url + PATH)));
    await expect(send.run(await send.preview())).rejects.toMatchObject({
      kind: 'failed',
      message: `The message was refused: 127.0.0.1:${server.port} answered ${status}`,
      mend: expect.stringContaining(mend),
    });
  });

  async function failureOf(server: TestServer | null, url: string, timeoutMs = 2000) {
    if (server !== null) cleanups.push(() => server.close());
    const send = sending(through(hook(url + PATH, timeoutMs)));
    const thrown = await send.run(await send.preview()).catch((error: unknown) => error);
    expect(String(thrown)).not.toContain('verysecret');
    return thrown;
  }

  it('tells what was surely not sent from what nobody knows', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    closed.close();
    await once(closed, 'close');
    expect(await failureOf(null, `http://127.0.0.1:${port}`)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('refuses connections: the message was not sent'),
    });
    const hung = await tcpServer(() => undefined);
    expect(await failureOf(hung, hung.url, 200)).toMatchObject({ kind: 'timeout' });
    const reset = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failureOf(reset, reset.url)).toMatchObject({ kind: 'unreachable' });
    const garbage = await tcpServer((socket) => socket.end('garbage\r\n\r\n'));
    expect(await failureOf(garbage, garbage.url)).toMatchObject({ kind: 'garbage' });
  });

  it('an address that is none is not repeated', async () => {
    const send = sending(through(hook('hooks.example/verysecret')));
    await expect(send.preview()).rejects.toMatchObject({
      message: 'The webhook of channel ops is no address',
      mend: 'set env:WEBHOOK_URL to one that begins with https://',
    });
  });
});

describe('notify.send by a command', () => {
  it('hands the message over as it is, whatever it holds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opsconsole-notify-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'message');
    const messages = through(command('tee', file));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'grapheme', minLength: 1 }),
          fc.constantFrom('$(touch pwned)', '`id`', "'; id", '-rf', '\u001b[2J!', 'a\n.\nb'),
        ),
        async (text) => {
          fc.pre(text.trim() !== '');
          const send = sending(messages, { recipients: ['-x $(id)'], text });
          const preview = await send.preview();
          await send.run(preview);
          const sent = await readFile(file, 'utf8');
          expect(sent).toBe(preview.details?.join('\n'));
          expect(sent).not.toMatch(/(?!\n)\p{Cc}/u);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says how it failed', async () => {
    const failing = sending(through(command('sh', '-c', 'echo no route >&2; exit 3')));
    await expect(failing.run(await failing.preview())).rejects.toThrow(
      'sh failed, exit 3: no route',
    );
    const gone = sending(through(command('no-such-program')));
    await expect(gone.run(await gone.preview())).rejects.toMatchObject({ kind: 'missing' });
    const slow = sending(through({ ...command('sleep', '1000'), timeoutMs: 100 }));
    await expect(slow.run(await slow.preview())).rejects.toMatchObject({ kind: 'timeout' });
  });
});

describe('channels', () => {
  it('the first is taken, or the one that is named; without one the words say what to do', async () => {
    const { server } = await receiver();
    const both = through(hook(server.url), command('cat'));
    const first = await sending(both).preview();
    expect(first.targets[0]?.name).toBe('message by ops');
    const named = await sending(both, { ...message, channel: 'pager' }).preview();
    expect(named).toMatchObject({ command: 'cat < message' });
    await expect(sending(both, { ...message, channel: 'x' }).preview()).rejects.toMatchObject({
      message: 'There is no channel x',
      mend: 'there are ops, pager',
    });
    await expect(sending(through()).preview()).rejects.toMatchObject({
      kind: 'missing',
      mend: expect.stringContaining('copy the message'),
    });
  });

  it('are told without their secrets, and what is wrong with them', async () => {
    const probes = notifyProbes(through(hook('nothing/verysecret'), command('cat')));
    const told = await read(probes, 'notify.channels', {}, testContext());
    expect(told).toEqual({
      any: true,
      channels: [
        {
          name: 'ops',
          kind: 'webhook',
          where: null,
          problem: expect.stringContaining('is no address; set env:WEBHOOK_URL'),
        },
        { name: 'pager', kind: 'command', where: 'cat', problem: null },
      ],
    });
    expect(JSON.stringify(told)).not.toContain('verysecret');
  });
});
