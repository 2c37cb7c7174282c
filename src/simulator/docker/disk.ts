import { usersOf } from '../world/volumes.ts';
import { listRow } from './container-json.ts';
import { change } from './containers.ts';
import { type Ask, answer, filterOf } from './engine.ts';
import { imageRow } from './images.ts';

/** What lies in a volume. */
const VOLUME_BYTES = 64 * 1024 * 1024;

/** `GET /system/df` */
export function disk(ask: Ask): void {
  const { engine } = ask;
  const world = engine.host.world();
  const { images } = world;
  const all = [...world.containers.values()];
  answer(ask, {
    LayersSize: images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    Images: images.map((image) => imageRow(ask, image)),
    Containers: all.map((container) => ({ ...listRow(engine, container), SizeRw: 4096 })),
    Volumes: [...world.volumes.keys()].map((Name) => ({
      Name,
      Driver: 'local',
      UsageData: { Size: VOLUME_BYTES, RefCount: usersOf(world, Name).length },
    })),
    BuildCache: world.site.buildCache.map(({ description, id: ID, sizeBytes }) => {
      return { ID, Type: 'regular', Description: description, Size: sizeBytes, InUse: false };
    }),
  });
}

/** `POST /build/prune`: what builds left behind, of these ids where some are named. */
export function pruneBuildCache(ask: Ask): void {
  const { buildCache } = ask.engine.host.world().site;
  const ids = filterOf(ask, 'id');
  const goes = buildCache.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const left = buildCache.filter((entry) => !goes.includes(entry));
  change(ask, { kind: 'site', patch: { buildCache: left } });
  answer(ask, {
    CachesDeleted: goes.map(({ id }) => id),
    SpaceReclaimed: goes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  });
}
