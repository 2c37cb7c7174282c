import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** Whether this user may mount a file system whose server we are. */
export const canMount = (): boolean => {
  try {
    closeSync(openSync('/dev/fuse', 'r+'));
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A file system at `folder` that answers nothing, until `end` lets every question fail. */
export async function silentDisk(folder: string): Promise<{ end(): void }> {
  const device = openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const child = spawn('mount', ['-i', '-t', 'fuse', '-o', options, 'silent', folder], {
    stdio: ['ignore', 'ignore', 'inherit', device],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    closeSync(device);
    throw new Error(`mount ended with ${code}`);
  }
  let open = true;
  return {
    end() {
      if (!open) return;
      open = false;
      closeSync(device);
      execFileSync('umount', ['--lazy', folder]);
    },
  };
}
