import { createHash } from 'node:crypto';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { redactText } from '../../domain/redact.ts';
import { sanitize, sanitizeLine } from '../../domain/sanitize.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { type Channel, channelOf, type Messages, whereOf } from './channel.ts';
import { deliver } from './client.ts';

const MAX_TEXT_LENGTH = 10_000;
const MAX_RECIPIENTS = 50;
const MAX_CHANNEL_MS = 60_000;
const SHORT_ID_LENGTH = 8;

const input = z.strictObject({
  recipients: z.array(z.string().trim().min(1).max(200)).min(1).max(MAX_RECIPIENTS),
  text: z.string().trim().min(1).max(MAX_TEXT_LENGTH),
  channel: z.string().optional().describe('A channel of the configuration; by default its first.'),
});
type Input = z.output<typeof input>;

/**
 * The message as it is sent: without secrets and control sequences. The same whether it comes from the
 * dialog or from the journal, which holds it redacted.
 */
function messageText({ recipients, text }: Pick<Input, 'recipients' | 'text'>): string {
  const names = recipients.map(sanitizeLine).join(', ');
  return redactText(`For: ${names}\n\n${sanitize(text)}`);
}

function targetOf(channel: Channel, values: Input): FrozenTarget {
  const text = messageText(values);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    kind: 'message',
    name: `message by ${channel.name}`,
    shortId: sha256.slice(0, SHORT_ID_LENGTH),
    detail: redactText(`to ${values.recipients.map(sanitizeLine).join(', ')}`),
    identity: { sha256, where: whereOf(channel) },
  };
}

/** `notify.send`: sends a message through a channel of the configuration, once. */
function sendAction(messages: Messages): Action {
  return defineAction({
    id: 'notify.send',
    title: 'Send a message',
    risk: 'reversible',
    input,
    output: z.object({ channel: z.string(), answer: z.string() }),
    undo: { kind: 'irreversible', why: 'a message that was sent cannot be called back' },
    timeoutMs: MAX_CHANNEL_MS + 5000,
    async preview(values) {
      const channel = channelOf(messages, values.channel);
      const target = targetOf(channel, values);
      const where = target.identity['where'] ?? '';
      const command =
        channel.kind === 'webhook'
          ? `curl --json @message https://${where}/… # ${channel.address.reference}`
          : `${where} < message`;
      return {
        targets: [target],
        command,
        notes: [`goes by ${channel.name} (${channel.kind}) to ${where}`],
        details: messageText(values).split('\n'),
        before: {},
      };
    },
    async run(values, targets, context) {
      const channel = channelOf(messages, values.channel);
      const now = targetOf(channel, values);
      const { sha256, where } = targets[0]?.identity ?? {};
      if (now.identity['sha256'] !== sha256 || now.identity['where'] !== where) {
        const message = 'Nothing was sent: the message is not the one that was shown any more';
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      const answer = await deliver(channel, messageText(values), messages, context.signal);
      context.output(`sent by ${channel.name}: ${answer}`);
      return { channel: channel.name, answer };
    },
    settle: async () => ({
      state: 'unknown',
      because: 'whether it arrived, only those who should have it can tell: ask them',
    }),
    async needs(values) {
      const what = `channel ${values.channel ?? 'for messages'}`;
      try {
        const channel = channelOf(messages, values.channel);
        const found = `${channel.name}, ${whereOf(channel)}`;
        return [{ what, found, state: 'ok', suggestion: null }];
      } catch (thrown) {
        if (!(thrown instanceof OperatorError)) throw thrown;
        const suggestion = thrown.mend ?? thrown.message;
        return [{ what, found: null, state: 'missing', suggestion }];
      }
    },
  });
}

/** The actions of this integration. */
export function notifyActions(messages: Messages): Action[] {
  return [sendAction(messages)];
}
