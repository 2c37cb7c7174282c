import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { frozenContainer, idOf, joined, refusal, sameContainer, settled } from './act.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';
import { pastEvents } from './engine-calls.ts';
import { execIn } from './exec.ts';
import { containerInput, someContainersOf } from './lookup.ts';

const ACTION_TIMEOUT_MS = 900_000;
/** What is still under way by then is for a person to look at. */
const SETTLED_AFTER_MS = 5000;
const WORDS_MAX = 64;
const WORD_LENGTH_MAX = 4096;

const word = z
  .string()
  .max(WORD_LENGTH_MAX)
  .refine((text) => !text.includes('\0'), 'must hold no zero byte');

/** A program and its arguments. */
export const commandVector = z.array(word).min(1).max(WORDS_MAX);

const input = containerInput({
  command: commandVector.describe('the program and its arguments; no shell reads them'),
  each: z
    .boolean()
    .default(false)
    .describe('in every running container of the role, not the first'),
  exitCodes: z.array(z.number().int()).min(1).default([0]).describe('those that are a success'),
  user: z.string().max(100).optional().describe('instead of the container’s own, e.g. `postgres`'),
  folder: z.string().startsWith('/').optional().describe('the folder it is run in'),
  timeoutSeconds: z.coerce.number().min(1).max(600).default(60),
});

const output = z.object({
  /** Of the last container. */
  exitCode: z.number().nullable(),
  lines: z.array(z.string()),
});

const startOf = (target: FrozenTarget) => target.identity['startedAt'] ?? '';

function chosen(own: readonly ListedContainer[], each: boolean): readonly ListedContainer[] {
  const running = own.filter(({ state }) => state === 'running');
  if (running.length > 0) return each ? running : running.slice(0, 1);
  const stand = own.map(({ name, status }) => `${name}: ${status}`).join('; ');
  const message = `No container runs to execute it in (${stand})`;
  throw new OperatorError('missing', message, 'start one first');
}

interface Wanted {
  readonly command: readonly string[];
  readonly exitCodes: readonly number[];
  readonly startedAt: number;
}

/** What the engine still remembers of commands in a container tells whether this one was run. */
async function settleOne(
  client: DockerClient,
  target: FrozenTarget,
  { command, exitCodes, startedAt }: Wanted,
  context: RunContext,
): Promise<Settlement> {
  const { name } = target;
  // As the events are, whose words were made safe to show.
  const words = sanitizeLine(`exec_start: ${command.join(' ')}`).trim();
  return settled(context, startedAt, SETTLED_AFTER_MS, async (late) => {
    const query = { ids: [idOf(target)], sinceMs: startedAt, untilMs: context.clock.now() };
    const events = await pastEvents(client, query, context.signal);
    const start = events.find(({ action }) => action.trim() === words);
    const end = events.find(({ action, exec }) => action === 'exec_die' && exec === start?.exec);
    if (start === undefined || end === undefined) {
      if (!late) return null;
      const so = start === undefined ? 'remembers no such command in' : 'saw it begin, not end, in';
      return { state: 'unknown', because: `the engine ${so} ${name}` };
    }
    const because = `it ended in ${name} with exit ${end.exitCode}`;
    const well = end.exitCode !== null && exitCodes.includes(end.exitCode);
    return { state: well ? 'done' : 'unknown', because };
  });
}

/** `docker.exec`: runs a command in a container, with its output streamed. */
export function execAction(connect: () => DockerClient): Action {
  return defineAction({
    id: 'docker.exec',
    title: 'Run a command in a container',
    risk: 'disruptive',
    input,
    output,
    undo: { kind: 'irreversible', why: 'nobody but its author knows what takes a command back' },
    timeoutMs: ACTION_TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const { own } = await someContainersOf(client, values, context);
      const targets = chosen(own, values.each);
      const details = await Promise.all(
        targets.map(({ id }) => client.inspect(id, context.signal)),
      );
      const options = [
        ...(values.user ? ['--user', values.user] : []),
        ...(values.folder ? ['--workdir', values.folder] : []),
      ];
      const first = details[0]?.name ?? '';
      const codes = values.exitCodes.join(', ');
      return {
        targets: details.map((detail) =>
          frozenContainer(detail, { startedAt: detail.startedAtText }),
        ),
        command: shellWords(['docker', 'exec', ...options, first, ...values.command]),
        notes: [
          ...(details.length > 1 ? [`in each of ${details.length} containers`] : []),
          ...(codes === '0' ? [] : [`exit ${codes} is a success`]),
        ],
        before: {},
      };
    },
    async run(values, targets, context) {
      const client = connect();
      let last: z.output<typeof output> = { exitCode: null, lines: [] };
      for (const target of targets) {
        const now = await sameContainer(client, target, context.signal);
        if (now.startedAtText !== startOf(target)) {
          throw refusal(target, 'it was started again since');
        }
        const { command, user, folder } = values;
        const request = { id: now.id, name: target.name, command, user, folder };
        const timeoutMs = values.timeoutSeconds * 1000;
        const ended = await execIn(client, { ...request, timeoutMs }, context);
        const { exitCode, lines, lastWords } = ended;
        last = { exitCode, lines: [...lines] };
        if (exitCode !== null && values.exitCodes.includes(exitCode)) continue;
        const said = lastWords === null ? '' : `: ${lastWords}`;
        const how = exitCode === null ? 'without an exit code' : `with exit ${exitCode}`;
        const message = `The command ended in ${target.name} ${how}${said}`;
        throw new OperatorError('failed', message, 'see the lines it wrote');
      }
      return last;
    },
    async settle({ command, exitCodes }, targets, startedAt, context) {
      const client = connect();
      const wanted = { command, exitCodes, startedAt };
      const settling = targets.map((target) => settleOne(client, target, wanted, context));
      return joined(await Promise.all(settling));
    },
  });
}
