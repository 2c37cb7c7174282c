import type { Endpoint, WebEndpoint } from '../../config/plan.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Address } from '../../integrations/contract.ts';

/** How the sources of a region find what they read. */
export interface Reach {
  readonly clock: Clock;
  /** An address of a service's port that can be dialled now. @throws OperatorError in words */
  address(service: string, port: number): Promise<Address>;
}

/** Where a server listens now. @throws OperatorError when its service has no address */
export async function dial(
  { address }: Reach,
  at: Exclude<Endpoint, { kind: 'socket' }>,
): Promise<{ readonly host: string; readonly port: number }> {
  return at.kind === 'host' ? at : address(at.service, at.port);
}

/** The address of a path of a service's port, as it can be asked now. */
export async function serviceUrl(
  reach: Reach,
  service: string,
  port: number,
  path: string,
): Promise<string> {
  const { host, port: reached } = await reach.address(service, port);
  return `http://${host.includes(':') ? `[${host}]` : host}:${reached}${path}`;
}

/** The address of a web endpoint, as it can be asked now. */
export async function webUrl(reach: Reach, at: WebEndpoint): Promise<string> {
  return at.kind === 'url' ? at.url : serviceUrl(reach, at.service, at.port, at.path);
}
