import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Desk, LAUNCHER } from './journey.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const COMMAND_WITHIN_MS = 150_000;

/**
 * Lays a folder over /etc/opsconsole for one program and what it starts: in a mount namespace of its
 * own, so that nothing else on this machine sees it. Its place is made by a layer over /etc, which
 * most machines lack.
 */
const LAY_OVER = `
  mount -t overlay overlay -o "lowerdir=$1:/etc" /etc &&
  mount --bind "$2" /etc/opsconsole && shift 2 && exec "$@"
`;

/** The administrator's side of a desk, and the program as it runs beneath it. */
export interface UnderPolicy {
  /** Puts a policy in force, from the next start of the program on. */
  write(policy: Readonly<Record<string, unknown>>, mode?: number): void;
  remove(): void;
  open(): Promise<Terminal>;
  run(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Puts a desk beneath an administrator's policy that only its own programs see. */
export function underPolicy(desk: Pick<Desk, 'home' | 'args' | 'env'>): UnderPolicy {
  const layer = join(desk.home, 'layer');
  const folder = join(desk.home, 'administrator');
  mkdirSync(join(layer, 'opsconsole'), { recursive: true });
  mkdirSync(folder);
  const file = join(folder, 'policy.yaml');
  const remove = () => rmSync(file, { force: true });
  const words = (args: readonly string[]) => [
    ...['--mount', '--propagation', 'private', 'sh', '-euc', LAY_OVER, 'sh', layer, folder],
    ...[LAUNCHER, ...desk.args, ...args],
  ];
  return {
    remove,
    write(policy, mode = 0o644) {
      remove();
      writeFileSync(file, stringify(policy), { mode: 0o600 });
      chmodSync(file, mode);
    },
    async open() {
      const terminal = await openTerminal({
        command: 'unshare',
        args: words([]),
        home: desk.home,
        cols: 120,
        rows: 40,
      });
      onTestFinished(() => terminal.close());
      return terminal;
    },
    async run(...args) {
      const { exitCode, stdout, stderr } = await execa('unshare', words(args), {
        env: desk.env,
        extendEnv: false,
        cwd: desk.home,
        reject: false,
        stdin: 'ignore',
        timeout: COMMAND_WITHIN_MS,
      });
      return { code: exitCode ?? null, stdout, stderr };
    },
  };
}
