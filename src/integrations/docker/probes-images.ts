import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ContainerConfig } from './decode-config.ts';
import type { EngineImage } from './decode-images.ts';
import { configOf, listImages } from './engine-calls.ts';
import { parseRef } from './image-ref.ts';
import { containerInput, containersOf } from './lookup.ts';

const IMAGES_MAX = 100;
const SERVICE_LABEL = 'com.docker.compose.service';
const PROJECT_LABEL = 'com.docker.compose.project';

const one = z.object({
  /** What `compose.image` takes: its tag, or its id where it has none. */
  choice: z.string(),
  id: z.string(),
  tags: z.array(z.string()),
  /** Epoch ms. */
  createdAt: z.number(),
  sizeBytes: z.number(),
  /** A container of the role is made of it. */
  running: z.boolean(),
});
type One = z.output<typeof one>;

/** An image that lost its tag still tells by its labels, or by where it was pulled from, whose it was. */
function belongs(image: EngineImage, repo: string, { labels }: ContainerConfig): boolean {
  if (image.repositories.includes(repo)) return true;
  if (image.refs.some((ref) => parseRef(ref)?.repo === repo)) return true;
  const service = labels[SERVICE_LABEL];
  return (
    image.refs.length === 0 &&
    service !== undefined &&
    image.labels[SERVICE_LABEL] === service &&
    image.labels[PROJECT_LABEL] === labels[PROJECT_LABEL]
  );
}

function toOne(image: EngineImage, repo: string, running: ReadonlySet<string>): One {
  const tags = image.refs.flatMap((ref) => {
    const parsed = parseRef(ref);
    return parsed?.repo === repo ? [parsed.tag] : [];
  });
  const id = image.id.replace('sha256:', '').slice(0, 12);
  // `latest` says nothing of which one it is.
  const choice = tags.find((tag) => tag !== 'latest') ?? id;
  const { createdAt, sizeBytes } = image;
  return { choice, id, tags, createdAt, sizeBytes, running: running.has(image.id) };
}

/** `docker.images`: the images there are for a role, newest first, and which of them it runs from. */
export function imagesProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.images',
    title: 'Images of a service',
    input: containerInput({}),
    result: z.object({
      found: z.boolean(),
      repository: z.string().nullable(),
      /** What the compose file asks for. */
      asked: z.string().nullable(),
      /** The one it runs from; null when it is gone, or none runs. */
      running: one.nullable(),
      /** The newest that is older than the one it runs from; null without one. */
      previous: one.nullable(),
      images: z.array(one),
      /** `choice` of each that it does not run from, newest first. */
      choices: z.array(z.string()),
    }),
    command: (input, context) => {
      const { service = '', container = '' } = input;
      const name = service === '' ? container : context.bind(service).service;
      return `docker image ls --no-trunc | grep ${name}`;
    },
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const configs = await Promise.all(own.map(({ id }) => configOf(client, id, context.signal)));
      const [model] = configs;
      const repo = model === undefined ? null : (parseRef(model.image)?.repo ?? null);
      const running = new Set(configs.map(({ imageId }) => imageId));
      const all = model === undefined ? [] : await listImages(client, context.signal);
      const images = all
        .filter(
          (image) =>
            running.has(image.id) ||
            (model !== undefined && repo !== null && belongs(image, repo, model)),
        )
        .slice(0, IMAGES_MAX)
        .map((image) => toOne(image, repo ?? '', running));
      const current = images.find((image) => image.running) ?? null;
      const older = images.filter((image) => !image.running && current !== null);
      const previous =
        older.find(({ createdAt }) => createdAt <= (current?.createdAt ?? 0)) ?? null;
      return {
        found: model !== undefined,
        repository: repo,
        asked: model?.image ?? null,
        running: current,
        previous,
        images,
        choices: images.filter((image) => !image.running).map(({ choice }) => choice),
      };
    },
  });
}
