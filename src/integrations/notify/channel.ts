import { OperatorError } from '../../domain/operator-error.ts';
import { redactText } from '../../domain/redact.ts';
import { shellWords } from '../../domain/shell-word.ts';

/** A way for messages out of the house, as the configuration names it. */
export type Channel = { readonly name: string; readonly timeoutMs: number } & (
  | {
      readonly kind: 'webhook';
      /** Its address is a secret: whoever knows it can post there. */
      readonly address: {
        /** What may be shown of it: `env:NAME`. */
        readonly reference: string;
        /** @throws OperatorError when it is not set or cannot be read */
        read(): string;
      };
    }
  | { readonly kind: 'command'; readonly command: readonly string[] }
);

/** Runs a program without a shell, with a text on its standard input. */
type RunWithInput = (
  words: readonly [string, ...string[]],
  input: string,
  timeoutMs: number,
  onLine: (line: string) => void,
  signal: AbortSignal,
) => Promise<{
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}>;

/** What sending needs of the region. */
export interface Messages {
  channels(): readonly Channel[];
  readonly run: RunWithInput;
}

/** @throws OperatorError that never repeats the address itself */
export function webhookUrl(channel: Extract<Channel, { kind: 'webhook' }>): URL {
  const url = URL.parse(channel.address.read().trim());
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const message = `The webhook of channel ${channel.name} is no address`;
  const mend = `set ${channel.address.reference} to one that begins with https://`;
  throw new OperatorError('failed', message, mend);
}

/** Where a channel leads, as it may be shown: a webhook's host without its path. */
export function whereOf(channel: Channel): string {
  return channel.kind === 'command'
    ? redactText(shellWords(channel.command))
    : webhookUrl(channel).host;
}

/**
 * The channel that is meant: the one named, else the first.
 * @throws OperatorError('missing') when there is none
 */
export function channelOf(messages: Messages, wanted: string | undefined): Channel {
  const all = messages.channels();
  const found = wanted === undefined ? all[0] : all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (all.length === 0) {
    const mend =
      'copy the message, or configure one: notify: [{name: ops, webhook: env:WEBHOOK_URL}]';
    throw new OperatorError('missing', 'No channel for messages is configured', mend);
  }
  const names = all.map(({ name }) => name).join(', ');
  throw new OperatorError('missing', `There is no channel ${wanted}`, `there are ${names}`);
}
