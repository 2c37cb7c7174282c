import { type Change, refuse, type Told } from './change.ts';
import type { Container } from './container.ts';
import { leak } from './programs/flags-database.ts';
import { containerBy, log, type World } from './world.ts';

const DEAF = 'LISTEN connection lost, reconnecting';
const DAY_MS = 86_400_000;

function toPlace(world: World, change: Change): Told | null {
  const { site } = world;
  switch (change.kind) {
    case 'site':
      world.site = { ...site, ...change.patch };
      return {};
    case 'certificate': {
      const notAfter = world.now + change.endsInDays * DAY_MS;
      world.site = { ...site, certificate: { ...site.certificate, notAfter } };
      return {};
    }
    case 'disk': {
      const disk = { ...site.disks[change.disk], ...change.patch };
      world.site = { ...site, disks: { ...site.disks, [change.disk]: disk } };
      return {};
    }
    default:
      return null;
  }
}

function toProgram(world: World, container: Container, change: Change): Told {
  const { process } = container;
  if (change.kind === 'caddy-trouble' && process?.kind === 'caddy') {
    process.trouble = change.trouble;
    process.looksAt = world.now;
    return {};
  }
  if (change.kind === 'leak' && process?.kind === 'flags-server') {
    leak(world, container, process, change.upTo);
    return {};
  }
  if (change.kind === 'lines') {
    for (let n = 0; n < change.count; n += 1) log(world, container, change.text);
    return {};
  }
  if (change.kind === 'deaf' && process?.kind === 'flags-server') {
    process.listens = false;
    const line = { time: new Date(world.now).toISOString(), level: 'WARN', msg: DEAF };
    log(world, container, JSON.stringify(line));
    return {};
  }
  return refuse(409, `${container.name} does not run what ${change.kind} is about`);
}

const OF_PROGRAMS = ['caddy-trouble', 'leak', 'deaf', 'lines'];

/** Applies what happens around a region of FeatureSignals, and to its programs; null for anything else. */
export function applyToSite(world: World, change: Change): Told | null {
  const told = toPlace(world, change);
  if (told !== null || !OF_PROGRAMS.includes(change.kind) || !('container' in change)) return told;
  const container = containerBy(world, change.container);
  if (container === null) return refuse(404, `No such container: ${change.container}`);
  return toProgram(world, container, change);
}
