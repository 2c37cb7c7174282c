import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Action, RunContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { refusal, shortId } from './act.ts';
import { stopSeconds } from './actions-recreate.ts';
import type { DockerClient } from './client.ts';
import type { ComposeOf } from './compose-command.ts';
import { composeCall, recreateVerb } from './compose-run.ts';
import type { ContainerConfig } from './decode-config.ts';
import type { EngineImage } from './decode-images.ts';
import { configOf, listImages, tagImage } from './engine-calls.ts';
import { findImage, type ImageRef, parseRef, refText } from './image-ref.ts';
import { containerInput, type Selected, servicesIn, wholeServicesOf } from './lookup.ts';
import {
  recreate,
  recreateTargets,
  refuseOthers,
  type Services,
  servicesOfTargets,
  settleRecreated,
} from './recreate.ts';

const TIMEOUT_MS = 300_000;

const input = containerInput({
  image: z
    .string()
    .regex(/^[\dA-Za-z][\w./:@-]{0,254}$/, 'must be a tag, repository:tag or the id of an image')
    .describe('a tag of its repository, `repository:tag`, or the id of an image the engine holds'),
  stopSeconds,
});

interface Chosen {
  readonly selected: Selected & Services;
  /** What compose asks for: this tag gets the chosen image. */
  readonly ref: ImageRef;
  readonly image: EngineImage;
  /** The image of now, by its id. */
  readonly former: string;
}

/** The one tag that all containers of the services were made of. */
function oneRef(configs: readonly ContainerConfig[], what: string): ImageRef {
  const names = [...new Set(configs.map(({ image }) => image))];
  const [name] = names;
  if (name === undefined) {
    const message = `${what} has no container whose image could be told`;
    throw new OperatorError('missing', message, 'bring it up first');
  }
  if (names.length > 1) {
    const message = `The services ${what} are made of several images: ${names.join(', ')}`;
    throw new OperatorError('failed', message, 'change them one at a time');
  }
  const ref = name.includes('@') || name.startsWith('sha256:') ? null : parseRef(name);
  if (ref !== null) return ref;
  const message = `${what} is made of ${name}, which no tag can move`;
  throw new OperatorError('failed', message, 'change its image in the compose file');
}

async function choose(
  client: DockerClient,
  selected: Selected & Services,
  wanted: string,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<Chosen> {
  const configs = await Promise.all(selected.own.map(({ id }) => configOf(client, id, signal)));
  const ref = oneRef(configs, selected.what);
  const images = await listImages(client, signal);
  const image = findImage(images, wanted, ref.repo);
  const formers = [...new Set(configs.map(({ imageId }) => imageId))];
  const [former = ''] = formers;
  if (formers.length > 1) {
    const builds = `${formers.length} builds of ${refText(ref)}`;
    const message = `The containers of ${selected.what} are made of ${builds}`;
    const mend = 'recreate them first, so that they are of one';
    throw new OperatorError('failed', message, mend);
  }
  return { selected, ref, image, former };
}

/**
 * `compose.image`: gives the tag that a role's compose file asks for another image, and makes only that
 * role's containers anew: a rollback. The image must be on the engine already.
 */
export function imageAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'compose.image',
    title: 'Run a service from another image',
    risk: 'disruptive',
    input,
    undo: {
      kind: 'action',
      action: 'compose.image',
      with: { container: '{{before.container}}', image: '{{before.image}}' },
    },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const whole = await wholeServicesOf(client, values, context);
      const { selected, ref, image, former } = await choose(client, whole, values.image, context);
      const verb = recreateVerb(selected.services, values.stopSeconds);
      const call = await composeCall(client, composeOf, selected, verb);
      const built = new Date(image.createdAt).toISOString();
      const name = image.refs.join(', ') || 'untagged';
      const same = former === image.id;
      const tagging = ['docker', 'tag', shortId(image.id), refText(ref)];
      return {
        targets: recreateTargets(selected, {
          files: call.filesHash,
          image: former,
          wanted: image.id,
        }),
        command: `${shellWords(tagging)} && ${shellWords([...call.prefix, ...verb])}`,
        notes: [
          `${refText(ref)} becomes ${shortId(image.id)} (${name}), built ${built}`,
          same ? 'that is the image it runs from now' : `it runs from ${shortId(former)} now`,
          'what its containers wrote outside of volumes is lost, their logs included',
        ],
        // Their ids are others by then, their names are not.
        before: {
          container: selected.own.map((line) => line.name).join(','),
          image: former,
          ref: refText(ref),
        },
      };
    },
    async run(values, targets, context) {
      const client = connect();
      const place = servicesOfTargets(targets);
      const found = { ...(await servicesIn(client, place, context)), ...place };
      refuseOthers(targets, found);
      const { ref, image } = await choose(client, found, values.image, context);
      const verb = recreateVerb(place.services, values.stopSeconds);
      const call = await composeCall(client, composeOf, found, verb);
      for (const target of targets) {
        const { files, wanted } = target.identity;
        if (files !== call.filesHash) throw refusal(target, 'the compose file or .env was changed');
        if (wanted !== image.id) throw refusal(target, `${values.image} is another image since`);
      }
      context.output(`tagging ${shortId(image.id)} as ${refText(ref)}…`);
      await tagImage(client, image.id, ref, context.signal);
      await recreate(client, call, { ...place, stopSeconds: values.stopSeconds }, context);
    },
    settle(values, targets, startedAt, context) {
      const client = connect();
      const wanted = targets[0]?.identity['wanted'] ?? '';
      const fits = async ({ id }: { readonly id: string }) =>
        (await configOf(client, id, context.signal)).imageId === wanted;
      const work = { targets, startedAt, stopSeconds: values.stopSeconds, fits };
      return settleRecreated(client, work, context);
    },
  });
}
