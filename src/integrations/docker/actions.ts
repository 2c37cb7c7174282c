import type { Action } from '../contract.ts';
import { execAction } from './actions-exec.ts';
import { imageAction } from './actions-image.ts';
import { pruneAction } from './actions-prune.ts';
import { recreateAction } from './actions-recreate.ts';
import { restartAction } from './actions-restart.ts';
import { scaleAction } from './actions-scale.ts';
import { startAction, stopAction } from './actions-stop.ts';
import { updateAction } from './actions-update.ts';
import { removeVolumeAction } from './actions-volume.ts';
import type { DockerClient } from './client.ts';
import { composeFinder } from './compose-command.ts';

/** The actions of this integration; `connect` is called when one is previewed or made. */
export function dockerActions(connect: () => DockerClient): Action[] {
  const composeOf = composeFinder();
  return [
    restartAction(connect, composeOf),
    recreateAction(connect, composeOf),
    scaleAction(connect, composeOf),
    imageAction(connect, composeOf),
    stopAction(connect, composeOf),
    startAction(connect, composeOf),
    execAction(connect),
    updateAction(connect),
    removeVolumeAction(connect),
    pruneAction(connect),
  ];
}
