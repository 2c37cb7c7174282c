import type { Volume } from '../world/volumes.ts';
import { change } from './containers.ts';
import { type Ask, answer, done, EngineRefusal } from './engine.ts';
import { engineTime } from './words.ts';

const COMPOSE = 'com.docker.compose';

function row({ engine }: Ask, { createdAt, key, name, project }: Volume) {
  const labels = { [`${COMPOSE}.project`]: project, [`${COMPOSE}.volume`]: key };
  return {
    Name: name,
    Driver: 'local',
    Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    CreatedAt: engineTime(engine.host.clock.outside(createdAt)),
    Labels: key === null ? {} : labels,
    Scope: 'local',
    Options: null,
  };
}

/** `GET /volumes` */
export function listVolumes(ask: Ask): void {
  const { volumes } = ask.engine.host.world();
  answer(ask, { Volumes: [...volumes.values()].map((one) => row(ask, one)), Warnings: [] });
}

/** `GET /volumes/NAME` */
export function inspectVolume(ask: Ask): void {
  const [name = ''] = ask.params;
  const volume = ask.engine.host.world().volumes.get(name);
  if (volume === undefined) throw new EngineRefusal(404, `get ${name}: no such volume`);
  answer(ask, row(ask, volume));
}

/** `DELETE /volumes/NAME` */
export function removeVolume(ask: Ask): void {
  const [name = ''] = ask.params;
  change(ask, { kind: 'remove-volume', name });
  done(ask);
}
