import * as z from 'zod';
import { asOperatorError } from '../../domain/operator-error.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { type Channel, type Messages, whereOf } from './channel.ts';

function described(channel: Channel) {
  const { kind, name } = channel;
  try {
    return { name, kind, where: whereOf(channel), problem: null };
  } catch (thrown) {
    const { mend, message } = asOperatorError(thrown);
    return { name, kind, where: null, problem: mend === null ? message : `${message}; ${mend}` };
  }
}

/** `notify.channels`: the ways out for messages. Nothing is sent to find out whether they work. */
function channelsProbe(messages: Messages): Probe {
  return defineProbe({
    id: 'notify.channels',
    title: 'Channels for messages',
    input: z.strictObject({}),
    result: z.object({
      any: z.boolean(),
      channels: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(['webhook', 'command']),
          /** Null when its address cannot be read. */
          where: z.string().nullable(),
          problem: z.string().nullable(),
        }),
      ),
    }),
    command: () => 'opsconsole config show',
    async read() {
      const channels = messages.channels().map(described);
      return { any: channels.some(({ problem }) => problem === null), channels };
    },
  });
}

/** The probes of this integration. */
export function notifyProbes(messages: Messages): Probe[] {
  return [channelsProbe(messages)];
}
