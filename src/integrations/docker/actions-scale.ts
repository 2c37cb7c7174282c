import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext, RunContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { STOP_SECONDS, settled } from './act.ts';
import { commandVector } from './actions-exec.ts';
import type { DockerClient } from './client.ts';
import { cloneContainer } from './clone.ts';
import type { ComposeOf } from './compose-command.ts';
import { composeCall, runCompose, scaleVerb } from './compose-run.ts';
import { removeContainer, stopContainer } from './engine-calls.ts';
import { execIn } from './exec.ts';
import { containersOf, type Selected, servicesIn, wholeServicesOf } from './lookup.ts';
import type { Services } from './recreate.ts';
import { planScale, type ScalePlan } from './scale-plan.ts';

const TIMEOUT_MS = 300_000;
const SETTLED_AFTER_MS = 60_000;
const REPLICAS_MAX = 50;
const RELOAD_TIMEOUT_MS = 30_000;

const afterSchema = z.strictObject({ service: z.string(), command: commandVector });
type After = z.output<typeof afterSchema>;

const input = z.strictObject({
  service: z.string().describe('the role whose containers are counted together'),
  replicas: z.coerce.number().int().min(1).max(REPLICAS_MAX),
  after: z
    .union([afterSchema, z.string().max(10_000)])
    .optional()
    .describe(
      '`service`, a role, and `command`, run in its container afterwards to tell it of them',
    ),
});
type Input = z.output<typeof input>;
type Place = Selected & Services;

function names(plan: ScalePlan, own: Place['own'], replicas: number): string {
  if (plan.kind === 'compose') return `${plan.service}: ${own.length} to ${replicas}`;
  const more = plan.more.map(({ name }) => name);
  const fewer = plan.fewer.map(({ name }) => name);
  if (more.length > 0) return `makes ${more.join(', ')}`;
  return `removes ${fewer.join(', ')}`;
}

async function commandOf(
  plan: ScalePlan,
  place: Place,
  replicas: number,
  reach: { readonly client: DockerClient; readonly composeOf: ComposeOf },
): Promise<string> {
  if (plan.kind === 'compose') {
    const verb = scaleVerb(plan.service, replicas);
    const call = await composeCall(reach.client, reach.composeOf, place, verb);
    return shellWords([...call.prefix, ...verb]);
  }
  const fewer = plan.fewer.map(({ name }) => name);
  if (fewer.length > 0) return shellWords(['docker', 'rm', '--force', ...fewer]);
  return plan.more
    .map(({ name }) => `docker create --name ${name} … && docker start ${name}`)
    .join('; ');
}

function noteOf(plan: ScalePlan): readonly string[] {
  if (plan.kind === 'compose') return [];
  const why = 'compose cannot scale a service with a container_name: the engine does it';
  return plan.more.length === 0
    ? [why]
    : [
        why,
        'each is like the first of its service, its environment included, under the same network name',
        'the next `compose up` of the project removes them again',
      ];
}

/** What is run afterwards; an undo brings it as the text of its JSON, empty for nothing. */
function afterOf({ after }: Input): After | null {
  if (after === undefined || after === '') return null;
  if (typeof after !== 'string') return after;
  try {
    return afterSchema.parse(JSON.parse(after));
  } catch (thrown) {
    const message = '`after` is neither a service and a command, nor their JSON';
    throw new OperatorError('failed', message, 'give `service` and `command`', thrown);
  }
}

/** Reloads what has to learn of it; it is part of the change. */
async function reload(client: DockerClient, after: After | null, context: ActionContext) {
  if (after === null) return;
  const { own, what } = await containersOf(client, { service: after.service }, context);
  const runs = own.filter(({ state }) => state === 'running');
  for (const { id, name } of runs) {
    context.output(`${name}: ${shellWords(after.command)}`);
    const request = { id, name, command: after.command, timeoutMs: RELOAD_TIMEOUT_MS };
    const { exitCode, lastWords } = await execIn(client, request, context);
    if (exitCode === 0) continue;
    const said = lastWords === null ? '' : `: ${lastWords}`;
    const message = `Scaled, but ${name} ended the reload with exit ${exitCode}${said}`;
    throw new OperatorError('failed', message, 'reload it by hand');
  }
  if (runs.length > 0) return;
  const message = `Scaled, but no container of ${what} runs that could be told`;
  throw new OperatorError('failed', message, 'start it');
}

async function apply(
  client: DockerClient,
  composeOf: ComposeOf,
  place: Place,
  { replicas }: Input,
  context: ActionContext,
) {
  const plan = planScale(place.own, place, replicas);
  if (plan.kind === 'compose') {
    const verb = scaleVerb(plan.service, replicas);
    await runCompose(await composeCall(client, composeOf, place, verb), verb, context);
    return;
  }
  for (const more of plan.more) await cloneContainer(client, more, context);
  for (const { id, name } of plan.fewer) {
    context.output(`stopping ${name}…`);
    await stopContainer(client, id, STOP_SECONDS, context.signal);
    await removeContainer(client, id, false, context.signal);
    context.output(`${name} is gone`);
  }
}

const idsOf = ({ own }: Selected) =>
  own
    .map(({ id }) => id.slice(0, 12))
    .sort()
    .join(' ');

function targetOf(place: Place): FrozenTarget {
  const { own, project, services } = place;
  return {
    kind: 'compose-service',
    name: services.join(' '),
    shortId: `${own.length}`,
    detail: `project ${project}, ${own.length} containers`,
    identity: { project, services: services.join(' '), containers: idsOf(place) },
  };
}

function placeOf(target: FrozenTarget | undefined): Services {
  const { project = '', services = '' } = target?.identity ?? {};
  return { project, services: services.split(' ') };
}

/** All of them run, and they are as many as were asked for. */
function settleScale(client: DockerClient, values: Input, target: FrozenTarget | undefined) {
  return (startedAt: number, context: RunContext) =>
    settled(context, startedAt, SETTLED_AFTER_MS, async (late) => {
      const selected = await servicesIn(client, placeOf(target), context);
      const { own } = selected;
      const because = `it has ${own.length} containers`;
      const same = idsOf(selected) === target?.identity['containers'];
      const up = own.every(({ state }) => state === 'running');
      if (own.length === values.replicas && up && !same) {
        if (afterOf(values) === null) return { state: 'done', because };
        return { state: 'unknown', because: `${because}; nobody saw the reload` };
      }
      if (!late) return null;
      return { state: same ? 'not-done' : 'unknown', because };
    });
}

/**
 * `compose.scale`: brings the services of a role to a number of containers. Compose does it where its
 * containers are numbered; where they have names of their own, further ones are made by the engine.
 */
export function scaleAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'compose.scale',
    title: 'Scale a compose service',
    risk: 'reversible',
    input,
    undo: {
      kind: 'action',
      action: 'compose.scale',
      with: {
        service: '{{before.service}}',
        replicas: '{{before.replicas}}',
        after: '{{before.after}}',
      },
    },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const place = await wholeServicesOf(client, { service: values.service }, context);
      const plan = planScale(place.own, place, values.replicas);
      const command = await commandOf(plan, place, values.replicas, { client, composeOf });
      const after = afterOf(values);
      if (after !== null) context.bind(after.service);
      return {
        targets: [targetOf(place)],
        command,
        notes: [
          names(plan, place.own, values.replicas),
          ...noteOf(plan),
          ...(after === null ? [] : [`then in ${after.service}: ${shellWords(after.command)}`]),
        ],
        before: {
          service: values.service,
          replicas: String(place.own.length),
          after: after === null ? '' : JSON.stringify(after),
        },
      };
    },
    async run(values, targets, context) {
      const client = connect();
      const [target] = targets;
      const services = placeOf(target);
      const place = { ...(await servicesIn(client, services, context)), ...services };
      if (idsOf(place) !== target?.identity['containers']) {
        const message = `${place.what} was left as it is: its containers are others since`;
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      await apply(client, composeOf, place, values, context);
      await reload(client, afterOf(values), context);
    },
    settle: (values, targets, startedAt, context) =>
      settleScale(connect(), values, targets[0])(startedAt, context),
  });
}
