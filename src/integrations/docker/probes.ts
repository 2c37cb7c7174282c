import type { Probe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ParseLine } from './logs.ts';
import { containerProbe } from './probes-container.ts';
import { diskProbe } from './probes-disk.ts';
import { environmentProbe } from './probes-environment.ts';
import { fileProbe } from './probes-file.ts';
import { hostProbe } from './probes-host.ts';
import { imagesProbe } from './probes-images.ts';
import { logValuesProbe } from './probes-log-values.ts';
import { logsProbe } from './probes-logs.ts';
import { networkProbe } from './probes-network.ts';
import { portProbe } from './probes-ports.ts';
import { processesProbe } from './probes-processes.ts';
import { readProbe } from './probes-read.ts';
import { restartsProbe } from './probes-restarts.ts';
import { roomProbe } from './probes-room.ts';
import { statsProbe } from './probes-stats.ts';
import { volumeProbe } from './probes-volume.ts';

/**
 * The probes of this integration.
 * @param connect called at the first read
 * @param parseLine reads a line of a log, so that levels are told as everywhere; without it by words
 */
export function dockerProbes(connect: () => DockerClient, parseLine?: ParseLine): Probe[] {
  return [
    containerProbe(connect),
    restartsProbe(connect),
    logsProbe(connect, parseLine),
    logValuesProbe(connect, parseLine),
    statsProbe(connect),
    processesProbe(connect),
    environmentProbe(connect),
    networkProbe(connect),
    fileProbe(connect),
    readProbe(connect),
    roomProbe(connect),
    volumeProbe(connect),
    imagesProbe(connect),
    portProbe(connect),
    diskProbe(connect),
    hostProbe(connect),
  ];
}
