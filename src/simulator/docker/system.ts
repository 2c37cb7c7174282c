import { type Ask, answer } from './engine.ts';

const API_VERSION = '1.45';
const VERSION = '26.1.4';

/** What every answer says of the engine. */
export const HEADERS = {
  'api-version': API_VERSION,
  'docker-experimental': 'false',
  ostype: 'linux',
  server: `Docker/${VERSION} (linux)`,
} as const;

/** `GET /_ping` */
export function ping({ request, response }: Ask): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(request.method === 'HEAD' ? '' : 'OK');
}

/** `GET /version` */
export function version(ask: Ask): void {
  answer(ask, {
    Version: VERSION,
    ApiVersion: API_VERSION,
    MinAPIVersion: '1.24',
    Os: 'linux',
    Arch: 'amd64',
    GoVersion: 'go1.21.11',
    KernelVersion: '6.1.0',
    Components: [],
  });
}

/** `GET /info` */
export function info(ask: Ask): void {
  const { containers, images, site } = ask.engine.host.world();
  const all = [...containers.values()];
  const count = (state: string) => all.filter((one) => one.state === state).length;
  answer(ask, {
    ID: 'opsconsole-simulated',
    Name: 'simulated',
    Containers: all.length,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('exited'),
    Images: images.length,
    Driver: 'overlay2',
    MemTotal: site.host.memoryBytes,
    NCPU: site.host.cpus,
    OperatingSystem: 'a simulated host',
    OSType: 'linux',
    Architecture: 'x86_64',
    ServerVersion: VERSION,
    DockerRootDir: '/var/lib/docker',
  });
}

/** `GET /networks` */
export function listNetworks(ask: Ask): void {
  answer(
    ask,
    ask.engine.host.world().networks.map(({ name: Name, id: Id }) => ({
      Name,
      Id,
      Driver: 'bridge',
      Scope: 'local',
    })),
  );
}
