import { OperatorError } from '../../domain/operator-error.ts';
import type { ListedContainer } from './decode.ts';
import type { Services } from './recreate.ts';

/** What brings a role to a number of containers. */
export type ScalePlan =
  /** Compose does it: the containers of the one service are numbered. */
  | { readonly kind: 'compose'; readonly service: string }
  /** The engine does it: the service's container has a name of its own. */
  | {
      readonly kind: 'clone';
      readonly more: readonly ClonePlan[];
      readonly fewer: readonly ListedContainer[];
    };

interface ClonePlan {
  readonly modelId: string;
  readonly service: string;
  readonly number: number;
  readonly name: string;
}

/** True for `falcon_fleet_1` and `falcon-fleet-1`: a name compose gave by number. */
function isNumbered({ name, project, service }: ListedContainer): boolean {
  if (project === null || service === null) return false;
  const rest = name.startsWith(project) ? name.slice(project.length) : '';
  return /^[_-](.+)[_-]\d+$/.exec(rest)?.[1] === service;
}

/** The first container of each service, which is its model. */
function models(own: readonly ListedContainer[]): readonly ListedContainer[] {
  const sorted = own.toSorted((a, b) => (a.composeNumber ?? 1) - (b.composeNumber ?? 1));
  const first = new Map<string, ListedContainer>();
  for (const line of sorted) {
    if (line.service !== null && !first.has(line.service)) first.set(line.service, line);
  }
  return [...first.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Further containers, dealt to the services in turn, numbered after those there are. */
function additions(own: readonly ListedContainer[], count: number): readonly ClonePlan[] {
  const originals = models(own);
  const taken = new Set(own.map(({ name }) => name));
  const have = new Map(originals.map(({ service }) => [service, 0]));
  for (const { service } of own) have.set(service, (have.get(service) ?? 0) + 1);
  const plans: ClonePlan[] = [];
  while (plans.length < count) {
    const [model] = originals.toSorted(
      (a, b) => (have.get(a.service) ?? 0) - (have.get(b.service) ?? 0),
    );
    if (model === undefined) break;
    have.set(model.service, (have.get(model.service) ?? 0) + 1);
    let number = 2;
    while (taken.has(`${model.name}-${number}`)) number += 1;
    const name = `${model.name}-${number}`;
    taken.add(name);
    plans.push({ modelId: model.id, service: model.service ?? '', number, name });
  }
  return plans;
}

/**
 * Plans how the services of a role come to `count` containers together.
 * @throws OperatorError when they have none to begin with, or fewer would take one that compose made
 */
export function planScale(
  own: readonly ListedContainer[],
  { services, project }: Services,
  count: number,
): ScalePlan {
  if (own.length === count && own.every(({ state }) => state === 'running')) {
    const message = `There are ${count} containers of ${services.join(', ')} already`;
    throw new OperatorError('failed', message, 'choose another number');
  }
  const [service, ...others] = services;
  if (service !== undefined && others.length === 0 && own.every(isNumbered)) {
    return { kind: 'compose', service };
  }
  if (own.length === 0) {
    const message = `Project ${project} has no container of ${services.join(', ')}`;
    throw new OperatorError('missing', message, 'bring it up first');
  }
  if (count >= own.length) {
    return { kind: 'clone', more: additions(own, count - own.length), fewer: [] };
  }
  const originals = models(own);
  const spare = own
    .filter((line) => !originals.includes(line))
    .sort((a, b) => (b.composeNumber ?? 1) - (a.composeNumber ?? 1) || (a.name < b.name ? 1 : -1));
  if (count < originals.length) {
    const names = originals.map(({ name }) => name).join(', ');
    const message = `${count} would take one of ${names}, which compose made one of each`;
    throw new OperatorError('failed', message, 'stop one instead: docker stop NAME');
  }
  return { kind: 'clone', more: [], fewer: spare.slice(0, own.length - count) };
}
