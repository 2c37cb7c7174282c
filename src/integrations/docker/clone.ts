import { OperatorError } from '../../domain/operator-error.ts';
import type { ActionContext } from '../contract.ts';
import { running } from './act.ts';
import type { DockerClient } from './client.ts';
import type { ContainerConfig } from './decode-config.ts';
import {
  configOf,
  createContainer,
  joinNetwork,
  removeContainer,
  startContainer,
} from './engine-calls.ts';
import { objectIn, objectOf, type Wire } from './wire.ts';

// A service with a `container_name` can have one container only, says compose: so a further one is made
// by the engine's API, like the first and under the same name in the network.

const NUMBER_LABEL = 'com.docker.compose.container-number';
/** Whose likeness a container is, by name; on those that this program made. */
const CLONE_LABEL = 'opsconsole.clone-of';

const GENERATED_HOSTNAME = /^[\da-f]{12}$/;

/** The names a container has in a network, without those that are its own alone. */
function aliasesOf(network: Wire, { id, name }: ContainerConfig, service: string): string[] {
  const aliases = network['Aliases'];
  const texts = Array.isArray(aliases) ? aliases.filter((one) => typeof one === 'string') : [];
  const shared = texts.filter((alias) => alias !== name && !id.startsWith(alias));
  return [...new Set([...shared, service])];
}

/** @throws OperatorError when a host's port can belong to one container only */
function refusePorts({ name, wantedPorts }: ContainerConfig): void {
  const [port] = wantedPorts;
  if (port === undefined) return;
  const message = `${name} holds port ${port.hostPort} of the host: a second one cannot have it`;
  throw new OperatorError('failed', message, 'publish the port at a proxy, not at the service');
}

/** The body that makes a container like `model`, as number `number` of its service. */
export function cloneBody(
  model: ContainerConfig,
  service: string,
  number: number,
): { readonly body: Wire; readonly networks: readonly (readonly [string, Wire])[] } {
  const config = objectIn(model.wire, 'Config');
  const host = objectIn(model.wire, 'HostConfig');
  const joined = objectIn(objectIn(model.wire, 'NetworkSettings'), 'Networks');
  const networks = Object.keys(joined)
    .sort((a, b) => Number(b === host['NetworkMode']) - Number(a === host['NetworkMode']))
    .map((network): readonly [string, Wire] => {
      const Aliases = aliasesOf(objectOf(joined[network], 'Networks'), model, service);
      return [network, { Aliases }];
    });
  const hostname = String(config['Hostname'] ?? '');
  const labels = { ...objectIn(config, 'Labels') };
  const [first] = networks;
  const body = {
    ...config,
    Hostname: GENERATED_HOSTNAME.test(hostname) ? '' : hostname,
    // The very image it was made of, whatever its tag names by now.
    Image: model.imageId,
    Labels: { ...labels, [NUMBER_LABEL]: String(number), [CLONE_LABEL]: model.name },
    HostConfig: { ...host, ContainerIDFile: '' },
    NetworkingConfig: { EndpointsConfig: first === undefined ? {} : { [first[0]]: first[1] } },
  };
  return { body, networks };
}

/**
 * Makes a container like `model` and starts it; one that does not start is removed again.
 * @throws OperatorError when a port is in the way, or it does not run
 */
export async function cloneContainer(
  client: DockerClient,
  plan: {
    readonly modelId: string;
    readonly service: string;
    readonly number: number;
    name: string;
  },
  context: ActionContext,
): Promise<void> {
  const { modelId, service, number, name } = plan;
  const model = await configOf(client, modelId, context.signal);
  refusePorts(model);
  context.output(`making ${name} like ${model.name}…`);
  const { body, networks } = cloneBody(model, service, number);
  const id = await createContainer(client, name, body, context.signal);
  try {
    for (const [network, endpoint] of networks.slice(1)) {
      await joinNetwork(client, network, id, endpoint, context.signal);
    }
    await startContainer(client, id, context.signal);
    await running(client, { id, name, startedAt: '' }, context);
  } catch (thrown) {
    // Nothing that failed stays, also when the change was given up.
    await removeContainer(client, id, true, new AbortController().signal);
    throw thrown;
  }
  context.output(`${name} runs as ${id.slice(0, 12)}`);
}
