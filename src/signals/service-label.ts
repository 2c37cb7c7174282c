import type { Container } from '../domain/container.ts';
import type { RoleServices } from './container-signal.ts';

/** What a container is called in signals: the role it fills, else its service, else its own name. */
export function serviceLabel(
  { service, name }: Pick<Container, 'service' | 'name'>,
  roles: readonly RoleServices[],
): string {
  if (service === null) return name;
  return roles.find(({ services }) => services.includes(service))?.role ?? service;
}
