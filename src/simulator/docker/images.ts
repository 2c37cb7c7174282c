import { findImage } from '../world/create.ts';
import type { Image } from '../world/system.ts';
import { change } from './containers.ts';
import { type Ask, answer, done, EngineRefusal } from './engine.ts';
import { engineTime } from './words.ts';

export function imageRow({ engine }: Ask, image: Image) {
  const { host } = engine;
  const containers = [...host.world().containers.values()].filter((c) => c.imageId === image.id);
  return {
    Id: image.id,
    ParentId: '',
    RepoTags: image.refs,
    RepoDigests: [],
    Created: Math.floor(host.clock.outside(image.createdAt) / 1000),
    Size: image.sizeBytes,
    SharedSize: 0,
    Labels: image.labels,
    Containers: containers.length,
  };
}

/** `GET /images/json` */
export function listImages(ask: Ask): void {
  answer(
    ask,
    ask.engine.host.world().images.map((image) => imageRow(ask, image)),
  );
}

/** `GET /images/REF/json` */
export function inspectImage(ask: Ask): void {
  const [reference = ''] = ask.params;
  const image = findImage(ask.engine.host.world(), reference);
  if (image === null) throw new EngineRefusal(404, `No such image: ${reference}`);
  const env = Object.entries(image.env).map(([name, value]) => `${name}=${value}`);
  answer(ask, {
    Id: image.id,
    RepoTags: image.refs,
    Created: engineTime(ask.engine.host.clock.outside(image.createdAt)),
    Size: image.sizeBytes,
    Architecture: 'amd64',
    Os: 'linux',
    Config: { Env: env, Cmd: image.command, Labels: image.labels },
  });
}

/** `POST /images/REF/tag` */
export function tagImage(ask: Ask): void {
  const [image = ''] = ask.params;
  // Some clients write a repository out in full.
  const repo = (ask.query.get('repo') ?? '').replace(/^docker\.io\/(?:library\/)?/, '');
  const ref = `${repo}:${ask.query.get('tag') || 'latest'}`;
  change(ask, { kind: 'tag', image, ref });
  done(ask, 201);
}

/** `DELETE /images/REF` */
export function removeImage(ask: Ask): void {
  const [reference = ''] = ask.params;
  const image = findImage(ask.engine.host.world(), reference);
  const tagged = image?.refs.find((ref) => ref === reference || ref === `${reference}:latest`);
  change(ask, { kind: 'untag', ref: tagged ?? reference });
  answer(ask, [{ Untagged: reference }]);
}

/** `POST /images/prune`: those that no name leads to and no container is made of. */
export function pruneImages(ask: Ask): void {
  const { host } = ask.engine;
  const world = host.world();
  const used = new Set([...world.containers.values()].map(({ imageId }) => imageId));
  const idle = world.images.filter(({ id, refs }) => refs.length === 0 && !used.has(id));
  for (const { id } of idle) change(ask, { kind: 'untag', ref: id });
  answer(ask, {
    ImagesDeleted: idle.map(({ id }) => ({ Deleted: id })),
    SpaceReclaimed: idle.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  });
}
