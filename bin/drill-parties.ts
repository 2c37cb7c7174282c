import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Surroundings, sameArguments } from '../src/composition/surroundings.ts';
import type { CommonOptions } from './cli.ts';
import type { RunnerAsked } from './drill-runner.ts';
import type { DrillAsked } from './drill-worker.ts';
import type { RegionAsked } from './simulator-regions.ts';
import { type Talk, talkTo } from './talk.ts';

// The processes that a drill takes beside the one that tells of it. They outlast a drill: what they have
// loaded and compiled serves the next one.

function start<Asked>(args: readonly string[], name: string): Talk<Asked> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return talkTo<Asked>(child, name);
}

const dist = ({ packageRoot }: Surroundings, file: string) => join(packageRoot, 'dist', file);

/** Holds simulated regions. */
export function startRegions(machine: Surroundings): Talk<RegionAsked> {
  return start([dist(machine, 'simulator.js'), '--regions'], 'the simulator');
}

/** Runs the changes of drills. */
export function startRunner(machine: Surroundings, options: CommonOptions): Talk<RunnerAsked> {
  const args = [dist(machine, 'main.js'), 'drill-runner', ...sameArguments(options)];
  return start(args, 'the process that runs the changes');
}

/** Performs drills, one after the other. */
export function startWorker(machine: Surroundings, options: CommonOptions): Talk<DrillAsked> {
  const args = [dist(machine, 'main.js'), 'drill-worker', ...sameArguments(options)];
  return start(args, 'the process that performs the drills');
}
