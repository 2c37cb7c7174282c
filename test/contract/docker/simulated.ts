import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeCommand } from '../../../src/simulator/compose/command.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import type { SystemDescription } from '../../../src/simulator/world/system.ts';
import { imageName } from '../../stack/image.ts';
import { type RunResult, run } from '../../stack/run.ts';
import { type Project, type ProjectParts, services as usual } from './project.ts';

const IDLE: Omit<SystemDescription['images'][number], 'refs' | 'ageMs'> = {
  program: 'idle',
  sizeBytes: 1_000_000,
  labels: {},
  env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  command: [],
  release: { errorShare: 0, inferenceMs: 0 },
};

function system({ services, images = [] }: Partial<ProjectParts>): SystemDescription {
  return {
    name: 'falcon',
    project: 'falcon',
    // Named as the compose of the real engine names them.
    separator: '_',
    files: {
      'docker-compose.yml': { services: services ?? usual(), networks: { net: {} } },
      '.env': '',
    },
    images: [
      { ...IDLE, refs: [imageName], ageMs: 60_000 },
      ...images.map((refs, age) => {
        const env = { ...IDLE.env, BUILD: refs[0]?.split(':').at(-1) ?? '' };
        return { ...IDLE, refs, env, ageMs: 50_000 - age * 1000 };
      }),
    ],
    load: {
      perSecond: 0,
      repeatedShare: 0,
      texts: 0,
      mostInFlight: 0,
      patienceMs: 0,
      service: 'none',
      port: 80,
    },
    upMs: 2000,
  };
}

/** The project of `startProject` on a simulated engine, called by the real `docker` of the command line. */
export async function simulatedProject(parts: ProjectParts | null = null): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-simulated-'));
  const description = system(parts ?? {});
  const simulator = await startSimulator({
    folder: dir,
    system: { description, faults: [] },
    seed: 1,
    factor: 1,
    node: process.execPath,
  });
  const { host, projectFolder: folder } = simulator;
  const socketPath = join(dir, 'docker.sock');
  const dockerHost = `unix://${socketPath}`;
  const compose = async (...words: readonly string[]): Promise<RunResult> => {
    const said = { out: [] as string[], err: [] as string[] };
    const { signal } = new AbortController();
    const caller = {
      out: (line: string) => said.out.push(line),
      err: (line: string) => said.err.push(line),
      signal,
    };
    const exitCode = await composeCommand(host, { words, folder }, caller);
    if (exitCode !== 0) throw new Error(said.err.join('\n'));
    return { exitCode, stdout: said.out.join('\n'), stderr: said.err.join('\n') };
  };
  // What calls compose finds it on its PATH.
  const { PATH = '' } = process.env;
  process.env['PATH'] = `${join(dir, 'bin')}:${PATH}`;
  const project: Project = {
    dockerHost,
    socketPath,
    pid: async () => process.pid,
    folder,
    docker: (...args) => run('docker', args, { env: { DOCKER_HOST: dockerHost, PATH } }),
    compose,
    async stop() {
      process.env['PATH'] = PATH;
      await simulator.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  for (const [name, text] of Object.entries(parts?.files ?? {})) {
    await writeFile(join(folder, name), text);
  }
  if (parts === null) await compose('up', '--detach', '--scale', 'fleet=2');
  return project;
}
