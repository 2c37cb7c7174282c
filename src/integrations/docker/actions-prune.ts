import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { refusal } from './act.ts';
import type { DockerClient } from './client.ts';
import { diskOf, removeBuildCache, removeContainer, removeImage } from './engine-calls.ts';
import { fingerprint, type PruneKind, pruneKinds, totalBytes, unusedOf } from './prune-plan.ts';

const TIMEOUT_MS = 600_000;
/** Lines of the dialog; more are counted. */
const DETAILS_MAX = 200;

const input = z.strictObject({
  what: z.enum(pruneKinds),
  all: z
    .boolean()
    .default(false)
    .describe('also images with a tag, and stopped containers of compose services'),
});

const output = z.object({
  removed: z.number(),
  /** What could not be removed, and stays. */
  kept: z.number(),
  freedBytes: z.number(),
});

const VERBS: Readonly<Record<PruneKind, string>> = {
  images: 'docker image prune',
  containers: 'docker container prune',
  'build-cache': 'docker builder prune --all',
};

function remove(client: DockerClient, what: PruneKind, ref: string, signal: AbortSignal) {
  if (what === 'images') return removeImage(client, ref, signal);
  if (what === 'containers') return removeContainer(client, ref, false, signal);
  return removeBuildCache(client, ref, signal);
}

/** Removes one after the other; what is in use by now stays, and is said. */
async function removeAll(
  client: DockerClient,
  what: PruneKind,
  unused: ReturnType<typeof unusedOf>,
  context: ActionContext,
): Promise<z.output<typeof output>> {
  const done = { removed: 0, kept: 0, freedBytes: 0 };
  for (const { refs, words, sizeBytes } of unused) {
    try {
      for (const ref of refs) await remove(client, what, ref, context.signal);
      done.removed += 1;
      done.freedBytes += sizeBytes;
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (!(thrown instanceof OperatorError)) throw thrown;
      done.kept += 1;
      context.output(`stays: ${words.trim()}: ${thrown.message}`);
    }
  }
  return done;
}

/**
 * `docker.prune`: removes what nobody uses, exactly the things that were shown. Volumes are never touched.
 */
export function pruneAction(connect: () => DockerClient): Action {
  return defineAction({
    id: 'docker.prune',
    title: 'Remove what Docker does not use',
    risk: 'destructive',
    input,
    output,
    undo: { kind: 'irreversible', why: 'what was removed has to be pulled or built again' },
    timeoutMs: TIMEOUT_MS,
    async preview({ what, all }, context) {
      const unused = unusedOf(await diskOf(connect(), context.signal), what, all);
      if (unused.length === 0) {
        const message = `The engine has no ${what.replace('-', ' ')} that nobody uses`;
        throw new OperatorError('missing', message, all ? null : 'with `all` it takes more');
      }
      const count = unused.length.toLocaleString('en-US');
      const target: FrozenTarget = {
        kind: 'image',
        name: `unused ${what.replace('-', ' ')}`,
        shortId: count,
        detail: formatBytes(totalBytes(unused)),
        identity: { what: fingerprint(unused), count },
      };
      const more = unused.length - DETAILS_MAX;
      return {
        targets: [target],
        command: `${VERBS[what]}${all && what === 'images' ? ' --all' : ''}`,
        notes: [`removes ${count}, frees ${formatBytes(totalBytes(unused))} at most`],
        details: [
          ...unused.slice(0, DETAILS_MAX).map(({ words }) => words),
          ...(more > 0 ? [`and ${more.toLocaleString('en-US')} more`] : []),
        ],
        before: { count, bytes: String(totalBytes(unused)) },
      };
    },
    async run({ what, all }, targets, context) {
      const client = connect();
      const unused = unusedOf(await diskOf(client, context.signal), what, all);
      for (const target of targets) {
        if (target.identity['what'] === fingerprint(unused)) continue;
        throw refusal(target, 'other things are unused by now');
      }
      context.output(`removing ${unused.length}…`);
      const done = await removeAll(client, what, unused, context);
      context.output(`${done.removed} removed, ${formatBytes(done.freedBytes)} freed`);
      if (done.removed > 0) return done;
      throw new OperatorError('failed', 'Nothing could be removed', 'see why in the lines above');
    },
    async settle({ what, all }, targets, _startedAt, context) {
      const unused = unusedOf(await diskOf(connect(), context.signal), what, all);
      const because = `${unused.length} are unused now`;
      if (unused.length === 0) return { state: 'done', because };
      const same = targets[0]?.identity['what'] === fingerprint(unused);
      return { state: same ? 'not-done' : 'unknown', because };
    },
  });
}
