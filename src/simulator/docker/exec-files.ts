import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';
import { fileIn, hostPathOf, type Owner, type SeenFile } from '../world/files.ts';
import { imageOf } from '../world/world.ts';
import { type Executed, failed, type Run, said } from './executed.ts';

/** The names of the files below a folder of a container, with the folder that is mounted there. */
function filesBelow(host: Host, container: Container, path: string): readonly string[] {
  const world = host.world();
  const from = hostPathOf(container, path);
  const all =
    from === null ? Object.keys(imageOf(world, container)?.files ?? {}) : [...world.files.keys()];
  const prefix = `${from ?? path}/`.replace(/\/+$/, '/');
  return all.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
}

const list: Run = (host, container, words) => {
  const path = words.findLast((word) => word.startsWith('/')) ?? '/';
  if (fileIn(host.world(), container, path) !== null) return said(`${path}\n`);
  const below = filesBelow(host, container, path);
  if (below.length === 0) return failed(`ls: ${path}: No such file or directory\n`);
  return said(below.map((file) => `${file}\n`).join(''));
};

/** Changes whose a file is, or its mode. */
const owning =
  (change: (owner: Owner, word: string) => Owner | null): Run =>
  (host, container, [name = '', word = '', path = ''], { uid }) => {
    const file: SeenFile | null = fileIn(host.world(), container, path);
    if (file === null)
      return failed(`${name}: cannot access '${path}': No such file or directory\n`);
    const owner = change(file.owner, word);
    if (owner === null) return failed(`${name}: invalid argument: '${word}'\n`);
    const mine = name === 'chmod' && uid === file.owner.uid;
    const { hostPath } = file;
    if ((uid !== 0 && !mine) || hostPath === null) {
      return failed(`${name}: changing '${path}': Operation not permitted\n`);
    }
    if (host.world().readOnly.some((folder) => hostPath.startsWith(`${folder}/`))) {
      return failed(`${name}: changing '${path}': Read-only file system\n`);
    }
    host.change({ kind: 'own', path: hostPath, owner });
    return said('');
  };

function chowned(owner: Owner, word: string): Owner | null {
  const [uid, gid = owner.gid] = word.split(':').map(Number);
  if (uid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) return null;
  return { ...owner, uid, gid };
}

function chmodded(owner: Owner, word: string): Owner | null {
  return /^0?[0-7]{3}$/.test(word) ? { ...owner, mode: Number.parseInt(word, 8) } : null;
}

/** What is mounted, as the kernel tells it: of which only the lines that hold a text are counted. */
const mounts: Run = (_host, { binds, volumes }, [, ...words]): Executed => {
  const [text = ''] = words.filter((word) => !word.startsWith('-'));
  if (words.at(-1) !== '/proc/self/mountinfo') return failed('grep: no such file\n', 2);
  const lines = [...binds, ...volumes].map(([from, to]) => `812 790 8:1 ${from} ${to} rw - ext4`);
  const count = lines.filter((line) => line.includes(text)).length;
  return { exitCode: count > 0 ? 0 : 1, out: `${count}\n`, err: '' };
};

const identity: Run = (_host, _container, words, { gid, name, uid }) => {
  if (words.includes('-u')) return said(`${uid}\n`);
  if (words.includes('-g')) return said(`${gid}\n`);
  return said(`uid=${uid}(${name}) gid=${gid}(${name}) groups=${gid}(${name})\n`);
};

/** What every image has for files and users. */
export const fileTools: Readonly<Record<string, Run>> = {
  ls: list,
  chown: owning(chowned),
  chmod: owning(chmodded),
  grep: mounts,
  id: identity,
};
