import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { webRequest } from '../web/client.ts';
import { shownUrl } from '../web/failure.ts';
import { type Channel, type Messages, webhookUrl } from './channel.ts';

const MAX_SAID = 200;

/** Failures before a byte was sent. */
const NOT_SENT = new Set(
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH UND_ERR_CONNECT_TIMEOUT'.split(' '),
);

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'cause' in thrown ? codeOf(thrown.cause) : '';
}

/** The same failure without the address, whose path is a secret. */
function withoutAddress(thrown: OperatorError, url: URL): OperatorError {
  const place = `The webhook at ${url.host}`;
  const words = thrown.message.replaceAll(shownUrl(url.href), place);
  if (!NOT_SENT.has(codeOf(thrown))) return new OperatorError(thrown.kind, words, thrown.mend);
  return new OperatorError('failed', `${words}: the message was not sent`, thrown.mend);
}

async function post(
  channel: Extract<Channel, { kind: 'webhook' }>,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const url = webhookUrl(channel);
  const request = {
    url: url.href,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    timeoutMs: channel.timeoutMs,
  } as const;
  const answer = await webRequest(request, signal).catch((thrown: unknown) => {
    throw thrown instanceof OperatorError ? withoutAddress(thrown, url) : thrown;
  });
  const { status } = answer;
  const words = `${url.host} answered ${status}`;
  if (status >= 200 && status <= 299) return words;
  const mend =
    status === 429
      ? 'wait a minute, then send it again'
      : status === 401 || status === 403 || status === 404 || status === 410
        ? `correct ${channel.address.reference}: the webhook is not known there`
        : 'copy the message and send it another way';
  throw new OperatorError('failed', `The message was refused: ${words}`, mend);
}

async function pipe(
  channel: Extract<Channel, { kind: 'command' }>,
  text: string,
  messages: Messages,
  signal: AbortSignal,
): Promise<string> {
  const [file = '', ...rest] = channel.command;
  let last = '';
  const onLine = (line: string) => {
    if (line.trim() !== '') last = sanitizeLine(line).slice(0, MAX_SAID);
  };
  const ended = await messages.run([file, ...rest], text, channel.timeoutMs, onLine, signal);
  if (ended.timedOut) {
    const message = `${file} did not end within ${channel.timeoutMs / 1000} s`;
    throw new OperatorError('timeout', message, 'see what it waits for');
  }
  if (ended.exitCode === 0) return `${file} took it`;
  const how = ended.exitCode === null ? `ended by ${ended.signal}` : `exit ${ended.exitCode}`;
  const said = last === '' ? '' : `: ${last}`;
  const mend = 'copy the message and send it another way';
  throw new OperatorError('failed', `${file} failed, ${how}${said}`, mend);
}

/**
 * Sends a message, once.
 * @returns what the other side said of it
 * @throws OperatorError('failed') when it was not sent or refused; another kind when nobody knows
 */
export function deliver(
  channel: Channel,
  text: string,
  messages: Messages,
  signal: AbortSignal,
): Promise<string> {
  return channel.kind === 'webhook'
    ? post(channel, text, signal)
    : pipe(channel, text, messages, signal);
}
