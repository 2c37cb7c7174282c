import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, type Section, slope } from './figures.ts';
import type { Fleet } from './fleet.ts';
import type { Place } from './place.ts';
import { cpuSeconds, enginePid, machineCpuSeconds, residentBytes } from './process-usage.ts';
import type { Recording } from './recording.ts';

const SETTLE_MS = 40_000;
const MEASURED_MS = 30_000;
const FROZEN_MS = 10_000;
const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** The first minutes of a long look, in which caches and histories still fill. */
const WARM_MINUTES = 5;

interface Usage {
  readonly bytesPerSecond: number;
  readonly cpu: number;
  readonly engineCpu: number;
  readonly otherCores: number;
}

async function usage(console: Recording, engine: number, forMs: number): Promise<Usage> {
  const read = () => ({
    at: performance.now(),
    bytes: console.bytes(),
    cpu: cpuSeconds(console.pid),
    engine: cpuSeconds(engine),
    machine: machineCpuSeconds(),
  });
  const before = read();
  await pause(forMs);
  const after = read();
  const seconds = (after.at - before.at) / 1000;
  const cpu = after.cpu - before.cpu;
  const engineCpu = after.engine - before.engine;
  return {
    bytesPerSecond: (after.bytes - before.bytes) / seconds,
    cpu: (100 * cpu) / seconds,
    engineCpu: (100 * engineCpu) / seconds,
    otherCores: (after.machine - before.machine - cpu - engineCpu) / seconds,
  };
}

/** What the console costs while nobody touches it. */
export async function measureRest(place: Place, fleet: Fleet): Promise<Section> {
  const console = place.console();
  const engine = enginePid(fleet.socketPath);
  try {
    await console.shows('svc-1');
    await pause(SETTLE_MS);
    const rest = await usage(console, engine, MEASURED_MS);
    const resident = residentBytes(console.pid) / MIB;
    console.write('z');
    await pause(2000);
    const frozen = await usage(console, engine, FROZEN_MS);
    const others = `the rest of the machine used ${rest.otherCores.toFixed(1)} cores`;
    return {
      title: 'At rest, with live numbers',
      how: `After ${SETTLE_MS / 1000} s, over ${MEASURED_MS / 1000} s, on the overview.`,
      figures: [
        { name: 'to the terminal', value: rest.bytesPerSecond, unit: 'bytes/s', target: 1500 },
        { name: 'CPU', value: rest.cpu, unit: '% of a core', target: 4, note: others },
        { name: 'CPU it costs the engine', value: rest.engineCpu, unit: '% of a core', target: 6 },
        { name: 'resident memory', value: resident, unit: 'MiB', target: 150 },
        {
          name: 'to the terminal, frozen',
          value: frozen.bytesPerSecond,
          unit: 'bytes/s',
          target: null,
          note: 'the clock',
        },
      ],
    };
  } finally {
    await console.close();
  }
}

/** Whether memory stays where it is. */
export async function measureLong(place: Place, minutes: number): Promise<Section> {
  const console = place.console();
  const points: [minute: number, mib: number][] = [];
  try {
    await console.shows('svc-1');
    for (let minute = 1; minute <= minutes; minute += 1) {
      await pause(MINUTE_MS);
      points.push([minute, residentBytes(console.pid) / MIB]);
      process.stderr.write(`minute ${minute}: ${points.at(-1)?.[1].toFixed(0)} MiB\n`);
    }
  } finally {
    await console.close();
  }
  const warm = points.filter(([minute]) => minute > WARM_MINUTES);
  const sizes = warm.map(([, mib]) => mib);
  const figures: Figure[] = [
    {
      name: 'most resident memory',
      value: Math.max(...points.map(([, mib]) => mib)),
      unit: 'MiB',
      target: 150,
    },
    {
      name: 'growth',
      value: slope(warm),
      unit: 'MiB a minute',
      target: 0.1,
      note: `from minute ${WARM_MINUTES + 1}: ${Math.min(...sizes).toFixed(0)} to ${Math.max(...sizes).toFixed(0)} MiB`,
    },
  ];
  return {
    title: `Over ${minutes} minutes`,
    how: 'Resident memory every minute, at rest.',
    figures,
  };
}
