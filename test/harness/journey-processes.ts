import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Waits for the process that carries out this intent, and gives its id. */
export function runnerOf(intent: string): Promise<number> {
  return eventually(
    () => {
      const pid = readdirSync('/proc').find((name) => {
        const words = /^\d+$/.test(name) ? commandLine(name).split('\0') : [];
        return words.includes('runner') && words.includes(intent);
      });
      return pid === undefined ? null : Number(pid);
    },
    { what: `a runner of ${intent}`, everyMs: 20 },
  );
}

/** The simulator of a demo that keeps what is temporary in this folder. */
export function simulatorIn(temporary: string): Promise<number> {
  return eventually(
    () => {
      const pid = readdirSync('/proc').find((name) => {
        const words = /^\d+$/.test(name) ? commandLine(name).split('\0') : [];
        const [, program = ''] = words;
        return program.endsWith('simulator.js') && words.some((word) => word.startsWith(temporary));
      });
      return pid === undefined ? null : Number(pid);
    },
    { what: `a simulator in ${temporary}`, everyMs: 50 },
  );
}

/** The command lines of all processes that were started with this home. */
export function processesOf(home: string): readonly string[] {
  const lives = (pid: string) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return environment.includes(`HOME=${home}`);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && lives(name))
    .map((pid) => commandLine(pid).replaceAll('\0', ' '))
    .filter((command) => command !== '');
}
