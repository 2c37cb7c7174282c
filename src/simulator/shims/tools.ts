import { composeCommand } from '../compose/command.ts';
import type { Caller } from '../compose/failure.ts';
import { docker } from './docker.ts';
import { dvc } from './dvc.ts';
import { iptables } from './firewall.ts';
import { gh } from './gh.ts';
import { git } from './git.ts';
import { journalctl } from './journal.ts';
import { posix } from './posix.ts';
import { pytest } from './pytest.ts';
import { python } from './python.ts';
import type { Tool, Toolbox } from './tool.ts';

const dockerCompose: Tool = ({ host }, words, folder, caller) =>
  composeCommand(host, { words, folder }, caller);

/** All of them stand on the private PATH, whatever the system: none of this host is ever called instead. */
const tools: Readonly<Record<string, Tool>> = {
  docker,
  dvc,
  gh,
  git,
  pytest,
  'docker-compose': dockerCompose,
  python3: python,
  iptables,
  journalctl,
  sh: posix('sh'),
  test: posix('test'),
};

/** The names of the tools that stand on the private PATH. */
export const toolNames: readonly string[] = Object.keys(tools);

/**
 * Does what a tool of the command line would do, on the world.
 * @param words its name, as it was called, and its arguments
 * @returns its exit code
 */
export function callTool(
  box: Toolbox,
  [name = '', ...words]: readonly string[],
  folder: string,
  caller: Caller,
): Promise<number> {
  const tool = tools[name];
  if (tool !== undefined) return tool(box, words, folder, caller);
  caller.err(`${name} is not simulated here`);
  return Promise.resolve(127);
}
