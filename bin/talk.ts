import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { OperatorError } from '../src/domain/operator-error.ts';

/** A process of this program that is asked for things, one message each. */
export interface Talk<Asked> {
  /** @throws OperatorError with its words, or when it ends before it has answered */
  ask(what: Asked): Promise<unknown>;
  /** It has not ended. */
  readonly lives: boolean;
  /** Lets go of it, which it ends by, and waits until it has. */
  close(): Promise<void>;
}

interface Question {
  readonly number: number;
  readonly what: unknown;
}

interface Reply {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Talks to a child that was started with a channel and serves at it. @param name what it is, in words */
export function talkTo<Asked>(child: ChildProcess, name: string): Talk<Asked> {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let number = 0;
  let gone = false;
  child.on('message', (message) => {
    const { error, number: of, value } = message as Reply;
    const answer = open.get(of);
    open.delete(of);
    if (error === undefined) answer?.resolve(value);
    else answer?.reject(new OperatorError('failed', error));
  });
  const end = () => {
    gone = true;
    for (const { reject } of open.values()) reject(new OperatorError('failed', `${name} ended`));
    open.clear();
  };
  child.once('exit', end).on('error', end);
  return {
    get lives() {
      return !gone && child.connected;
    },
    ask(what) {
      if (gone || !child.connected) {
        return Promise.reject(new OperatorError('failed', `${name} has ended`));
      }
      number += 1;
      const answer = Promise.withResolvers<unknown>();
      open.set(number, answer);
      child.send({ number, what } satisfies Question);
      return answer.promise;
    },
    async close() {
      if (child.connected) child.disconnect();
      const running = child.exitCode === null && child.signalCode === null;
      if (running && child.pid !== undefined) await once(child, 'exit');
    },
  };
}

/**
 * Answers whoever started this process, until they let go of it, be it by dying. Who interrupts a terminal's
 * processes means the one that started this.
 */
export async function serve<Asked>(answer: (what: Asked) => Promise<unknown>): Promise<void> {
  const reply = (message: Reply) => {
    // Who asked may be gone.
    if (process.connected) process.send?.(message, () => undefined);
  };
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
  process.on('message', (message) => {
    const { number, what } = message as Question;
    answer(what as Asked).then(
      (value) => reply({ number, value }),
      (thrown) => reply({ number, error: thrown instanceof Error ? thrown.message : `${thrown}` }),
    );
  });
  if (process.connected) await once(process, 'disconnect');
}
