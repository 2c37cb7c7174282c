import { type Container, isUp } from '../world/container.ts';
import { programOf } from '../world/programs/programs.ts';
import { imageOf } from '../world/world.ts';
import { type Engine, objectIn } from './engine.ts';
import { engineTime, statusWords } from './words.ts';

function endpoint(aliases: readonly string[], up: boolean, id: string) {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases,
    NetworkID: id,
    EndpointID: '',
    Gateway: '',
    // No address can be dialled: each port is published on 127.0.0.1 instead.
    IPAddress: '',
    IPPrefixLen: up ? 16 : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: '',
    DriverOpts: null,
  };
}

function networks({ host }: Engine, container: Container) {
  const { networks: all } = host.world();
  return Object.fromEntries(
    Object.entries(container.networks).map(([name, aliases]) => {
      const id = all.find((network) => network.name === name)?.id ?? '';
      return [name, endpoint(aliases, isUp(container), id)];
    }),
  );
}

/** What a container's ports lead to: those that something listens on, and those it only holds. */
function ports({ host, published }: Engine, container: Container) {
  const { address } = host.world().site;
  return container.ports.flatMap(({ containerPort: PrivatePort, hostPort }) => {
    const own = { PrivatePort, Type: 'tcp' };
    if (!isUp(container)) return [own];
    const real = published.portOf(container, PrivatePort);
    if (real !== null) {
      const here = { IP: '127.0.0.1', ...own, PublicPort: real };
      // The place's own port is of another machine, as it were.
      const there = { IP: address ?? '', ...own, PublicPort: hostPort };
      return address !== null && hostPort ? [here, there] : [here];
    }
    const idle = container.process?.kind === 'idle' && hostPort !== null && hostPort > 0;
    return idle ? [{ IP: '0.0.0.0', ...own, PublicPort: hostPort }] : [own];
  });
}

function times({ host }: Engine, { startedAt, finishedAt, createdAt }: Container) {
  const outside = (at: number | null) => (at === null ? null : host.clock.outside(at));
  return {
    startedAt: outside(startedAt),
    finishedAt: outside(finishedAt),
    createdAt: host.clock.outside(createdAt),
  };
}

/** One line of the list of containers. */
export function listRow(engine: Engine, container: Container) {
  const all = times(engine, container);
  const now = engine.host.clock.outside(engine.host.world().now);
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: container.imageId,
    Command: container.command.join(' '),
    Created: Math.floor(all.createdAt / 1000),
    Ports: ports(engine, container),
    Labels: container.labels,
    State: container.state,
    Status: statusWords(container, all, now),
    HostConfig: { NetworkMode: container.networkMode },
    NetworkSettings: { Networks: networks(engine, container) },
    Mounts: [],
  };
}

function state(engine: Engine, container: Container) {
  const { health, state: status } = container;
  const { startedAt, finishedAt } = times(engine, container);
  const outside = (at: number) => engineTime(engine.host.clock.outside(at));
  return {
    Status: status,
    Running: isUp(container) || status === 'restarting',
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: container.oomKilled,
    Dead: false,
    // Of another machine, as it were: it is no process of this one.
    Pid: 0,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: engineTime(startedAt),
    FinishedAt: engineTime(finishedAt),
    ...(health === null
      ? {}
      : {
          Health: {
            Status: health.status,
            FailingStreak: health.failingStreak,
            Log: health.log.map(({ at, endedAt, exitCode, output }) => ({
              Start: outside(at),
              End: outside(endedAt),
              ExitCode: exitCode,
              Output: output,
            })),
          },
        }),
  };
}

function portBindings({ ports: wanted }: Container) {
  return Object.fromEntries(
    wanted.flatMap(({ containerPort, hostPort }) => {
      if (hostPort === null) return [];
      const HostPort = hostPort === 0 ? '' : String(hostPort);
      return [[`${containerPort}/tcp`, [{ HostIp: '', HostPort }]]];
    }),
  );
}

function hostConfig(container: Container) {
  const { limits } = container;
  return {
    ...objectIn(container.more['HostConfig']),
    Binds: [...container.binds, ...container.volumes].map(([from, to]) => `${from}:${to}:rw`),
    NetworkMode: container.networkMode,
    PortBindings: portBindings(container),
    RestartPolicy: { Name: container.restart, MaximumRetryCount: 0 },
    LogConfig: { Type: 'json-file', Config: {} },
    Memory: limits.memoryBytes ?? 0,
    MemorySwap: limits.memorySwapBytes ?? 0,
    MemoryReservation: limits.reservationBytes ?? 0,
    NanoCpus: limits.nanoCpus ?? 0,
    CpuQuota: 0,
    CpuPeriod: 0,
    Privileged: false,
    AutoRemove: false,
  };
}

/** What its image has and it was not given itself. */
function wholeEnv({ host }: Engine, container: Container): readonly string[] {
  const all = { ...imageOf(host.world(), container)?.env, ...container.env };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

function healthConfig({ healthCheck }: Container) {
  if (healthCheck === null) return {};
  const { test, intervalMs, retries, startPeriodMs, timeoutMs } = healthCheck;
  return {
    Healthcheck: {
      Test: test,
      Interval: intervalMs * 1e6,
      Timeout: timeoutMs * 1e6,
      StartPeriod: startPeriodMs * 1e6,
      Retries: retries,
    },
  };
}

/** The inspection of a container. */
export function inspection(engine: Engine, container: Container) {
  const { binds, command, id, image, imageId, labels, volumes } = container;
  const [path = '', ...args] = command;
  const bindMounts = binds.map(([Source, Destination]) => ({ Type: 'bind', Source, Destination }));
  const volumeMounts = volumes.map(([Name, Destination]) => ({
    Type: 'volume',
    Name,
    Source: `/var/lib/docker/volumes/${Name}/_data`,
    Destination,
  }));
  return {
    Id: id,
    Created: engineTime(times(engine, container).createdAt),
    Path: path,
    Args: args,
    State: state(engine, container),
    Image: imageId,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: hostConfig(container),
    Mounts: [...bindMounts, ...volumeMounts],
    Config: {
      ...objectIn(container.more['Config']),
      Hostname: id.slice(0, 12),
      Tty: false,
      OpenStdin: false,
      Env: wholeEnv(engine, container),
      Cmd: command,
      Image: image,
      Labels: labels,
      ExposedPorts: Object.fromEntries(
        container.ports.map(({ containerPort }) => [`${containerPort}/tcp`, {}]),
      ),
      ...healthConfig(container),
    },
    NetworkSettings: {
      Ports: {},
      Networks: networks(engine, container),
    },
  };
}

/** The engine's word for "no limit" of processes. */
const NO_LIMIT = 2 ** 64;

/** One reading of a container's counters. */
export function statistics({ host }: Engine, container: Container) {
  const world = host.world();
  const { process } = container;
  const read = engineTime(host.clock.outside(world.now));
  const identity = { id: container.id, name: `/${container.name}` };
  if (process === null) {
    return {
      read: engineTime(null),
      ...identity,
      cpu_stats: {},
      precpu_stats: {},
      memory_stats: {},
    };
  }
  const program = programOf(process);
  const bytes = program.bytes(world, process);
  const usage = Math.round(container.cpuMs * 1e6);
  return {
    read,
    preread: engineTime(null),
    ...identity,
    num_procs: 0,
    pids_stats: { current: program.pids(world, process), limit: NO_LIMIT },
    cpu_stats: {
      cpu_usage: {
        total_usage: usage,
        usage_in_kernelmode: Math.round(usage * 0.2),
        usage_in_usermode: Math.round(usage * 0.8),
      },
      system_cpu_usage: Math.round(world.now * 1e6 * world.site.host.cpus),
      online_cpus: world.site.host.cpus,
      throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
    },
    precpu_stats: { cpu_usage: { total_usage: 0 } },
    memory_stats: {
      usage: bytes,
      limit: container.limits.memoryBytes ?? world.site.host.memoryBytes,
      stats: { anon: bytes, file: 0, inactive_file: 0, active_file: 0 },
    },
    blkio_stats: { io_service_bytes_recursive: null },
    networks: {
      eth0: { rx_bytes: container.receivedBytes, tx_bytes: container.sentBytes },
    },
  };
}
