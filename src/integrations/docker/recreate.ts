import { wait } from '../../domain/clock.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { ActionContext, RunContext, Settlement } from '../contract.ts';
import { frozenContainer, LOOK_EVERY_MS, refusal, START_LIMIT_MS, settled } from './act.ts';
import type { DockerClient } from './client.ts';
import { type ComposeCall, recreateVerb, runCompose } from './compose-run.ts';
import type { ListedContainer } from './decode.ts';
import { type Selected, servicesIn } from './lookup.ts';

// Making the containers of services anew: shared by the actions that do so for different reasons.

/** What compose may take beyond the time given to stop. */
const COMPOSE_MARGIN_MS = 30_000;

const startsWell = ({ state }: ListedContainer) => state === 'running';

/** Whole services of a project. */
export interface Services {
  readonly project: string;
  readonly services: readonly string[];
}

/** The containers that go, or the services that have none and get one. */
export function recreateTargets(
  { own, services, project }: Selected & Services,
  identity: Readonly<Record<string, string>>,
): FrozenTarget[] {
  const without = services.filter((name) => !own.some(({ service }) => service === name));
  return [
    ...own.map((line) =>
      frozenContainer(line, { project, service: line.service ?? '', ...identity }),
    ),
    ...without.map(
      (service): FrozenTarget => ({
        kind: 'compose-service',
        name: service,
        shortId: '',
        detail: `project ${project}, without a container`,
        identity: { id: '', project, service, ...identity },
      }),
    ),
  ];
}

/** The services that frozen targets are of. */
export function servicesOfTargets(targets: readonly FrozenTarget[]): Services {
  const names = targets.map(({ identity }) => identity['service'] ?? '');
  return { project: targets[0]?.identity['project'] ?? '', services: [...new Set(names)].sort() };
}

/** Refuses when the containers there are now are not those that were shown. */
export function refuseOthers(targets: readonly FrozenTarget[], { own }: Selected): void {
  const ids = new Set(own.map(({ id }) => id));
  const shown = new Set(targets.map(({ identity }) => identity['id'] ?? ''));
  for (const target of targets) {
    const id = target.identity['id'] ?? '';
    if (id !== '' && !ids.has(id)) throw refusal(target, 'it was removed or recreated since');
  }
  const more = own.find(({ id }) => !shown.has(id));
  if (more === undefined) return;
  const message = `Nothing was changed: ${more.name} has come since`;
  throw new OperatorError('failed', message, 'look at it again, then decide anew');
}

/** Makes the services anew by compose and waits until each of their containers runs. */
export async function recreate(
  client: DockerClient,
  call: ComposeCall,
  work: Services & { readonly stopSeconds: number },
  context: ActionContext,
): Promise<readonly ListedContainer[]> {
  await runCompose(call, recreateVerb(work.services, work.stopSeconds), context);
  const giveUpAt = context.clock.now() + START_LIMIT_MS;
  for (;;) {
    const { own } = await servicesIn(client, work, context);
    if (own.length > 0 && own.every(startsWell)) {
      for (const { name, id } of own) context.output(`${name} runs as ${id.slice(0, 12)}`);
      return own;
    }
    if (context.clock.now() >= giveUpAt) {
      const stand = own.map(({ name, status }) => `${name}: ${status}`).join('; ');
      const message = `Made anew, but not running (${stand === '' ? 'no container' : stand})`;
      throw new OperatorError('failed', message, 'read its log');
    }
    await wait(context.clock, LOOK_EVERY_MS, context.signal);
  }
}

/**
 * Decides whether the services were made anew since `startedAt`.
 * @param fits what else must hold of a new container
 */
export function settleRecreated(
  client: DockerClient,
  work: {
    readonly targets: readonly FrozenTarget[];
    readonly startedAt: number;
    readonly stopSeconds: number;
    readonly fits?: (line: ListedContainer) => Promise<boolean>;
  },
  context: RunContext,
): Promise<Settlement> {
  const { targets, startedAt, stopSeconds, fits } = work;
  const place = servicesOfTargets(targets);
  const former = new Set(targets.map(({ identity }) => identity['id'] ?? ''));
  return settled(context, startedAt, stopSeconds * 1000 + COMPOSE_MARGIN_MS, async (late) => {
    const { own, services } = await servicesIn(client, place, context);
    const fresh = own.filter(({ id }) => !former.has(id));
    const kept = own.filter(({ id }) => former.has(id));
    const served = new Set(fresh.map(({ service }) => service));
    if (kept.length === 0 && services.every((name) => served.has(name))) {
      if (fresh.every(startsWell) && (await allFit(fresh, fits))) {
        const names = fresh.map(({ name }) => name).join(', ');
        return { state: 'done', because: `${names} was made anew` };
      }
    }
    if (!late) return null;
    if (fresh.length === 0 && kept.length === former.size && kept.every(startsWell)) {
      return { state: 'not-done', because: 'its containers are those of before' };
    }
    const stand = own.map(({ name, status }) => `${name}: ${status}`).join('; ');
    return { state: 'unknown', because: stand === '' ? 'it has no container' : stand };
  });
}

async function allFit(
  lines: readonly ListedContainer[],
  fits: ((line: ListedContainer) => Promise<boolean>) | undefined,
): Promise<boolean> {
  if (fits === undefined) return true;
  const fit = await Promise.all(lines.map(fits));
  return fit.every(Boolean);
}
