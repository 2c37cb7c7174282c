import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../place.ts';
import { ofService } from '../world/world.ts';
import type { Authority } from './certificate.ts';
import { speakCollector } from './collector.ts';
import { type Gate, openGate } from './gate.ts';
import { createNameServer } from './name-server.ts';

/** What is between the world and the places of a simulator: their doors, and who knows their names. */
export interface Outside {
  /** A text with `{gate:NAME}` and `{dns}` as the ports they stand for. */
  filled(text: string): string;
  /** From now on the doors lead to these places. */
  leadTo(places: ReadonlyMap<string, Place>): void;
  close(): void;
}

const HTTPS_PORT = 443;
const POSTGRES_PORT = 5432;
const AUTHORITY_FILE = 'authority.pem';

/** Leads to the proxy of a place, as its public address does. */
function toEdge(gate: Gate, { host, speakerOf }: Place): void {
  gate.leadTo((socket) => {
    const world = host.world();
    const [caddy] = ofService(world, 'caddy');
    const process = caddy?.state === 'running' ? caddy.process : null;
    const up = caddy !== undefined && process !== null && process.readyAt <= world.now;
    const joined = up && Object.keys(caddy.networks).length > 0;
    if (!joined || !world.site.reachable) return void socket.destroy();
    speakerOf(process.kind)?.(socket, caddy.id, HTTPS_PORT);
  });
}

/** Leads to the database of a place. */
function toDatabase(gate: Gate, { databases, host }: Place): void {
  gate.leadTo((socket) => {
    const world = host.world();
    const found = [...world.containers.values()].find(
      ({ process }) => process?.kind === 'postgres',
    );
    const ready = found?.state === 'running' && (found.process?.readyAt ?? 0) <= world.now;
    if (found === undefined || !ready) socket.destroy();
    else databases.speak(socket, found.id, POSTGRES_PORT);
  });
}

/**
 * Opens the doors of places that are not there yet.
 * @param home the place whose metrics a collector has
 * @param names of the places that have a door
 * @param folder where the authority's certificate is left
 */
export async function openOutside(
  home: string,
  names: readonly string[],
  folder: string,
  authority: Authority,
): Promise<Outside> {
  const gates = new Map<string, Gate>();
  for (const name of names) gates.set(name, await openGate());
  const collector = await openGate();
  let hosts: readonly Place['host'][] = [];
  const nameServer = await createNameServer((name) => {
    for (const { site } of hosts.map((host) => host.world())) {
      const address = site.names[name];
      if (address !== undefined) return { addresses: [address], ttlSeconds: site.ttlSeconds };
    }
    return null;
  });
  await writeFile(join(folder, AUTHORITY_FILE), authority.cert);
  return {
    filled(text) {
      return text
        .replace(/\{gate:([\w-]+)\}/g, (_, name: string) => String(gates.get(name)?.port ?? 0))
        .replaceAll('{collector}', String(collector.port))
        .replaceAll('{dns}', String(nameServer.port))
        .replaceAll('{authority}', join(folder, AUTHORITY_FILE));
    },
    leadTo(places) {
      hosts = [...places.values()].map(({ host }) => host);
      for (const [name, place] of places) {
        const gate = gates.get(name);
        if (gate === undefined) continue;
        const [caddy] = ofService(place.host.world(), 'caddy');
        if (caddy === undefined) toDatabase(gate, place);
        else toEdge(gate, place);
      }
      const own = places.get(home);
      if (own !== undefined) collector.leadTo(speakCollector(own.host));
    },
    close() {
      for (const gate of gates.values()) gate.close();
      collector.close();
      nameServer.close();
    },
  };
}
