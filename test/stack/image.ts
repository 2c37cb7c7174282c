import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** The image of every container of the stack: empty folders, into which the host's are mounted. */
export const imageName = 'opsconsole/host:1';

/** Mounts that put the host's programs into a container, none of them writable. */
export const hostMounts = [
  '/usr:/usr:ro',
  '/etc/passwd:/etc/passwd:ro',
  '/etc/group:/etc/group:ro',
  '/etc/alternatives:/etc/alternatives:ro',
];

/** Makes the image in an engine that has no registry to ask. */
export async function importImage(dir: string, dockerHost: string): Promise<void> {
  const root = join(dir, 'image');
  const tar = join(dir, 'image.tar');
  await rm(root, { recursive: true, force: true });
  const folders = ['usr', 'etc', 'proc', 'sys', 'dev', 'run', 'var', 'root', 'app', 'opt', 'data'];
  for (const name of folders) await mkdir(join(root, name), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await symlink(`usr/${name}`, join(root, name));
  }
  await run('tar', ['--create', '--owner=0', '--group=0', '--file', tar, '--directory', root, '.']);
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await run('docker', ['import', '--change', `ENV PATH=${path}`, tar, imageName], {
    env: { DOCKER_HOST: dockerHost },
  });
  await rm(tar, { force: true });
}
