import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real journal of the test's own. */
export interface Journal {
  readonly directory: string;
  /** Writes a record; backslash escapes of `message` are read as printf reads them. */
  log(priority: number, unit: string, message: string): void;
  /** Resolves when all records are on the disk. */
  sync(): Promise<void>;
  remove(): Promise<void>;
}

const script = fileURLToPath(new URL('journal.sh', import.meta.url));

/** Whether a journal can be had here: systemd-journald in a namespace, which only root may make. */
export function lacksJournal(): string | null {
  if (process.getuid?.() !== 0) return 'asks for root';
  try {
    execFileSync('unshare', ['--mount', 'test', '-x', '/usr/lib/systemd/systemd-journald']);
    return null;
  } catch {
    return 'no systemd-journald, or no mount namespaces here';
  }
}

async function lineOf(child: ChildProcess, word: string, lines: AsyncIterator<string>) {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (next.value === word) return;
  }
  throw new Error(`journald ended before it was ${word} (${child.exitCode})`);
}

/** Starts a journald that writes into a temporary folder. */
export async function startJournal(): Promise<Journal> {
  const directory = mkdtempSync(join(tmpdir(), 'opsconsole-journal-'));
  const child = spawn('unshare', ['--mount', 'sh', script, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lineOf(child, 'ready', lines);
  return {
    directory,
    log: (priority, unit, message) =>
      void child.stdin.write(`log ${priority} ${unit} ${message}\n`),
    sync() {
      child.stdin.write('sync\n');
      return lineOf(child, 'synced', lines);
    },
    async remove() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
      rmSync(directory, { recursive: true });
    },
  };
}
