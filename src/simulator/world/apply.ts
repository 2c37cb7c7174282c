import { applyToContainer } from './apply-container.ts';
import { applyToFalcon } from './apply-falcon.ts';
import { applyHttp } from './apply-http.ts';
import { applyToPostgres } from './apply-postgres.ts';
import { applyToRedis } from './apply-redis.ts';
import { applyToSite } from './apply-site.ts';
import { type Applied, type Change, refuse, type Told } from './change.ts';
import { findImage } from './create.ts';
import { hex } from './random.ts';
import { beginsToRecur } from './recurrence.ts';
import type { Image } from './system.ts';
import { applyToVolumes } from './volumes.ts';
import { applyToWarehouse } from './warehouse.ts';
import { copyWorld, type World } from './world.ts';

/** Gives a reference to an image, and takes it from the one that had it. */
function refer(world: World, image: Image, refs: readonly string[]): void {
  world.images = world.images.map((one) => {
    const kept = one.refs.filter((ref) => !refs.includes(ref));
    return one.id === image.id ? { ...one, refs: [...kept, ...refs] } : { ...one, refs: kept };
  });
}

function toImages(world: World, change: Change): Told | null {
  switch (change.kind) {
    case 'tag': {
      const image = findImage(world, change.image);
      if (image === null) return refuse(404, `No such image: ${change.image}`);
      refer(world, image, [change.ref]);
      return {};
    }
    case 'untag': {
      const image = findImage(world, change.ref);
      if (image === null) return refuse(404, `No such image: ${change.ref}`);
      const refs = image.refs.filter((ref) => ref !== change.ref);
      const used = [...world.containers.values()].some(({ imageId }) => imageId === image.id);
      if (refs.length === 0 && used) {
        return refuse(409, `conflict: unable to remove ${change.ref}: a container uses its image`);
      }
      world.images = world.images.flatMap((one) =>
        one.id === image.id ? (refs.length === 0 ? [] : [{ ...one, refs }]) : [one],
      );
      return {};
    }
    case 'add-image': {
      const id = `sha256:${hex(world, 64)}`;
      const image: Image = { createdAt: world.now, ...change.image, id };
      world.images = [image, ...world.images];
      refer(world, image, change.image.refs);
      return { made: id };
    }
    default:
      return null;
  }
}

function toSurroundings(world: World, change: Change): Told {
  switch (change.kind) {
    case 'add-network': {
      const id = hex(world, 64);
      const { project } = world;
      if (world.networks.some(({ name }) => name === change.name)) return {};
      world.networks = [...world.networks, { name: change.name, id, project }];
      return { made: id };
    }
    case 'supply': {
      const { builds, registry } = world.supply;
      world.supply = {
        registry: { ...registry, ...change.supply.registry },
        builds: { ...builds, ...change.supply.builds },
      };
      return {};
    }
    case 'host-port': {
      const others = world.hostPorts.filter((port) => port !== change.port);
      world.hostPorts = change.taken ? [...others, change.port] : others;
      return {};
    }
    case 'load':
      world.load = { ...world.load, ...change.load };
      return {};
    case 'burden':
      world.burdens = [
        ...world.burdens.filter(({ name }) => name !== change.burden.name),
        change.burden,
      ];
      return {};
    case 'unburden':
      world.burdens = world.burdens.filter(({ name }) => name !== change.name);
      return {};
    case 'recur':
      beginsToRecur(world, change.recurrence);
      return {};
    case 'repository':
      world.repository = { ...world.repository, ...change.repository };
      return {};
    case 'conclude': {
      const { conclusion, run } = change;
      const runs = world.repository.runs.map((one) =>
        one.id === run ? { ...one, conclusion } : one,
      );
      world.repository = { ...world.repository, runs };
      return {};
    }
    case 'outside': {
      const others = world.unreachable.filter((name) => name !== change.name);
      world.unreachable = change.reachable ? others : [...others, change.name];
      return {};
    }
    case 'files':
      world.files = change.files;
      return {};
    case 'read-only':
      world.readOnly = [...world.readOnly, change.path];
      return {};
    case 'deny':
      world.denied = change.asks;
      return {};
    case 'own':
      world.owners = new Map([...world.owners, [change.path, change.owner]]);
      return {};
    default:
      return refuse(400, `nothing knows the change ${change.kind}`);
  }
}

/** The world with a change made, or refused. What followed at once stands in its `happened`. */
export function apply(world: World, change: Change): Applied {
  const next = copyWorld(world);
  const told =
    toImages(next, change) ??
    applyToFalcon(next, change) ??
    applyHttp(next, change) ??
    applyToVolumes(next, change) ??
    applyToWarehouse(next, change) ??
    applyToRedis(next, change) ??
    applyToPostgres(next, change) ??
    applyToSite(next, change) ??
    applyToContainer(next, change) ??
    toSurroundings(next, change);
  const { refused = null, made = null, reply = null } = told;
  const { answer = null, readiness = null, chosen = null, http = null } = told;
  return { world: next, refused, made, reply, answer, readiness, chosen, http };
}
