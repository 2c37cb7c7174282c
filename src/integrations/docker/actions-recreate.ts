import * as z from 'zod';
import { shellWords } from '../../domain/shell-word.ts';
import type { Action } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { refusal, STOP_SECONDS } from './act.ts';
import type { DockerClient } from './client.ts';
import type { ComposeOf } from './compose-command.ts';
import { composeCall, recreateVerb } from './compose-run.ts';
import { containerInput, servicesIn, wholeServicesOf } from './lookup.ts';
import {
  recreate,
  recreateTargets,
  refuseOthers,
  servicesOfTargets,
  settleRecreated,
} from './recreate.ts';

const TIMEOUT_MS = 300_000;

/** What the processes are given to end before they are killed. */
export const stopSeconds = z.coerce
  .number()
  .int()
  .min(0)
  .max(120)
  .default(STOP_SECONDS)
  .describe('what its processes are given to end before they are killed');

const input = containerInput({ stopSeconds });

/**
 * `compose.recreate`: makes the containers of a role anew by this host's compose and the project's own
 * files, so that `.env` and the compose file are read again, which a restart never does. Nothing that
 * the services depend on is touched.
 */
export function recreateAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'compose.recreate',
    title: 'Recreate a compose service',
    risk: 'disruptive',
    input,
    undo: {
      kind: 'irreversible',
      why: 'it is made of its files; change them back, and do it again',
    },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const selected = await wholeServicesOf(client, values, context);
      const verb = recreateVerb(selected.services, values.stopSeconds);
      const call = await composeCall(client, composeOf, selected, verb);
      return {
        targets: recreateTargets(selected, { files: call.filesHash }),
        command: shellWords([...call.prefix, ...verb]),
        notes: [
          'reads the compose file and .env again',
          'what its containers wrote outside of volumes is lost, their logs included',
        ],
        before: {},
      };
    },
    async run(values, targets, context) {
      const client = connect();
      const place = servicesOfTargets(targets);
      const selected = await servicesIn(client, place, context);
      refuseOthers(targets, selected);
      const { stopSeconds: seconds } = values;
      const verb = recreateVerb(place.services, seconds);
      const call = await composeCall(client, composeOf, { ...selected, ...place }, verb);
      for (const target of targets) {
        if (target.identity['files'] === call.filesHash) continue;
        throw refusal(target, 'the compose file or .env was changed since');
      }
      await recreate(client, call, { ...place, stopSeconds: seconds }, context);
    },
    settle: (values, targets, startedAt, context) =>
      settleRecreated(connect(), { targets, startedAt, stopSeconds: values.stopSeconds }, context),
  });
}
