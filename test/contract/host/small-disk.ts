import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this user may mount a file system in memory. */
export function canMountMemory(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'probe', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** A real file system of this size at `folder`, until `end`. */
export async function smallDisk(folder: string, size: string): Promise<{ end(): void }> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'small', folder]);
  return { end: () => void execFileSync('umount', ['--lazy', folder]) };
}
