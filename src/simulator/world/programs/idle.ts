import type { Container } from '../container.ts';
import { log, type World } from '../world.ts';
import type { Program } from './program.ts';

/** A program that only is there: it holds its port and waits, or has said what it had to say and ends. */
export interface IdleProcess {
  readonly kind: 'idle';
  readonly startedAt: number;
  readonly readyAt: number;
  /** Ends at this moment, with this code; null for one that stays. */
  readonly crash: { readonly at: number; readonly exitCode: number } | null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

/** What `printf` makes of a text: `\n`, `\033` and the like. */
function unescaped(text: string): string {
  return text.replace(/\\(0[0-7]{1,3}|.)/g, (_, what: string) =>
    /^0/.test(what) ? String.fromCharCode(Number.parseInt(what, 8)) : (ESCAPES[what] ?? what),
  );
}

/** The quoted words of a command of the shell. */
function words(command: string): readonly string[] {
  const found = command.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g);
  return [...found].map(([, single, double, bare]) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare ?? '';
  });
}

/** The commands of a script: what lies between `;` outside of quotes. */
function commands(script: string): readonly string[] {
  return script.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^;'"])+/g)?.map((one) => one.trim()) ?? [];
}

/** Writes what a script of `printf`, `echo`, `sleep` and `exit` says; other commands say nothing. */
function tell(world: World, container: Container, script: string): number | null {
  for (const command of commands(script)) {
    const stream = command.includes('>&2') ? 'stderr' : 'stdout';
    const [verb, first = '', ...rest] = words(command.replace('>&2', ''));
    const said = verb === 'printf' ? unescaped(first).replace('%s', () => rest.join(' ')) : null;
    const text = said ?? (verb === 'echo' ? [first, ...rest].join(' ') : null);
    if (text !== null) log(world, container, text.replace(/\n$/, ''), { stream });
    if (verb === 'exit') return Number(first);
    if (verb === 'exec' || verb === 'sleep' || verb === 'while') return null;
  }
  return 0;
}

/** How long a command that ends takes at least. */
const LASTS_MS = 20;

/** Starts a program that the world knows nothing more of. */
function startIdle(world: World, container: Container): IdleProcess {
  const [program = '', option, script] = container.command;
  const shell = /(?:^|\/)sh$/.test(program) && option === '-c' && script !== undefined;
  const ended = /(?:^|\/)true$/.test(program) ? 0 : null;
  const exitCode = shell ? tell(world, container, script) : ended;
  const at = world.now;
  const crash = exitCode === null ? null : { at: at + LASTS_MS, exitCode };
  return { kind: 'idle', startedAt: at, readyAt: at, crash };
}

const BYTES = 1024 * 1024;

export const idle: Program<IdleProcess> = { start: startIdle, bytes: () => BYTES, pids: () => 1 };
