import type { DockerClient } from '../../../src/integrations/docker/client.ts';
import type { EngineRequest } from '../../../src/integrations/docker/engine-request.ts';

/** An engine that answers from what it is given, and remembers what it was asked. */
export interface AnsweringEngine {
  readonly client: DockerClient;
  readonly asked: EngineRequest[];
}

/** @param answers what the client's own calls give; any other call is a fault of the test */
export function answeringEngine(
  answers: Partial<DockerClient>,
  reply: (request: EngineRequest) => unknown = () => null,
): AnsweringEngine {
  const asked: EngineRequest[] = [];
  const own: Partial<DockerClient> = {
    host: 'unix:///nowhere.sock',
    send(request) {
      asked.push(request);
      return Promise.resolve(reply(request));
    },
    receive(request) {
      asked.push(request);
      return Promise.resolve();
    },
    ...answers,
  };
  return { asked, client: own as DockerClient };
}
