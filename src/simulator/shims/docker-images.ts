import type { Caller } from '../compose/failure.ts';
import { make } from '../compose/failure.ts';
import { buildImage, pullImage } from '../compose/images.ts';
import { settingsFrom } from '../docker/create-body.ts';
import { runFile } from '../docker/exec-programs.ts';
import { findImage } from '../world/create.ts';
import type { Toolbox } from './tool.ts';

type Verb = (box: Toolbox, words: readonly string[], caller: Caller) => Promise<number> | number;

const after = (words: readonly string[], name: string) => words[words.indexOf(name) + 1] ?? '';

/** An image's name as the list has it. */
function parts(ref: string): readonly [string, string] {
  const at = ref.lastIndexOf(':');
  return [ref.slice(0, at), ref.slice(at + 1)];
}

const list: Verb = ({ host }, words, { out }) => {
  const wanted = /^reference=(.*)$/.exec(after(words, '--filter'))?.[1] ?? '*';
  const fits = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}`);
  out('REPOSITORY                     TAG        IMAGE ID       SIZE');
  for (const { id, refs, sizeBytes } of host.world().images) {
    for (const ref of refs.filter((one) => fits.test(one))) {
      const [name, tag] = parts(ref);
      const size = `${Math.round(sizeBytes / 1e6)}MB`;
      out(`${name.padEnd(30)} ${tag.padEnd(10)} ${id.slice(7, 19)}   ${size}`);
    }
  }
  return 0;
};

const inspect: Verb = ({ host }, words, { err, out }) => {
  const ref = words.at(-1) ?? '';
  const image = findImage(host.world(), ref);
  if (image === null) {
    err(`Error: No such image: ${ref}`);
    return 1;
  }
  out(image.id);
  return 0;
};

/** Runs one command in a container of an image that is gone afterwards. */
const run: Verb = async ({ host }, words, { err, out }) => {
  const [ref = '', ...command] = words.filter((word) => word !== '--rm');
  if (findImage(host.world(), ref) === null) {
    err(`Unable to find image '${ref}' locally`);
    return 125;
  }
  const settings = settingsFrom({ Image: ref }, `once_${host.world().nextPid}`);
  const id = make(host, { kind: 'create', settings });
  try {
    const ran = await runFile(host, id, command);
    for (const line of ran.out.split('\n').filter(Boolean)) out(line);
    for (const line of ran.err.split('\n').filter(Boolean)) err(line);
    return ran.exitCode;
  } finally {
    host.change({ kind: 'remove', container: id, force: true });
  }
};

/** Removes volumes; with `--force` one that is not there is no failure. */
const volume: Verb = ({ host }, [verb = '', ...words], { err, out }) => {
  if (verb !== 'rm') {
    for (const name of host.world().volumes.keys()) out(`local     ${name}`);
    return 0;
  }
  const force = words.some((word) => word === '-f' || word === '--force');
  let code = 0;
  for (const name of words.filter((word) => !word.startsWith('-'))) {
    const { refused } = host.change({ kind: 'remove-volume', name });
    if (refused === null || (force && refused.status === 404)) out(name);
    else {
      err(`Error response from daemon: ${refused.message}`);
      code = 1;
    }
  }
  return code;
};

/** What the engine's command line does with images and volumes. */
export const imageVerbs: Readonly<Record<string, Verb>> = {
  async build({ host }, words, { err, signal }) {
    const target = words.includes('--target') ? after(words, '--target') : 'default';
    const tag = words.includes('-t') ? after(words, '-t') : after(words, '--tag');
    await buildImage(host, target, tag, err, signal);
    return 0;
  },
  async pull({ host }, words, { out, signal }) {
    await pullImage(host, words.at(-1) ?? '', out, signal);
    return 0;
  },
  run,
  image: (box, [verb = '', ...words], caller) =>
    verb === 'inspect' ? inspect(box, words, caller) : list(box, words, caller),
  images: list,
  volume,
};
