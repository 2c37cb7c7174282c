import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { EngineImage } from './decode-images.ts';

/** A tag of an image, taken apart. */
export interface ImageRef {
  readonly repo: string;
  readonly tag: string;
}

const REPO =
  /^(?:[\da-z][\d.a-z-]*(?::\d+)?\/)?[\da-z]+(?:[._-]+[\da-z]+)*(?:\/[\da-z]+(?:[._-]+[\da-z]+)*)*$/i;
const TAG = /^\w[\w.-]{0,127}$/;
const ID = /^(?:sha256:)?([\da-f]{12,64})$/;

/** Takes `repository:tag` apart; null where it is none, or names a digest. */
export function parseRef(text: string): ImageRef | null {
  const colon = text.lastIndexOf(':');
  const tagged = colon > text.lastIndexOf('/');
  const repo = tagged ? text.slice(0, colon) : text;
  const tag = tagged ? text.slice(colon + 1) : 'latest';
  return REPO.test(repo) && TAG.test(tag) ? { repo, tag } : null;
}

/** `repository:tag` as one text. */
export function refText({ repo, tag }: ImageRef): string {
  return `${repo}:${tag}`;
}

/**
 * The image that an operator means: an id or its beginning, `repository:tag`, or a tag of `repo` alone.
 * @throws OperatorError('missing') naming the tags there are
 */
export function findImage(
  images: readonly EngineImage[],
  wanted: string,
  repo: string,
): EngineImage {
  const id = ID.exec(wanted)?.[1];
  const byId = id === undefined ? [] : images.filter((one) => one.id.startsWith(`sha256:${id}`));
  if (byId.length === 1 && byId[0] !== undefined) return byId[0];
  const refs = TAG.test(wanted) ? [`${repo}:${wanted}`] : [];
  const parsed = parseRef(wanted);
  if (parsed !== null && !refs.includes(refText(parsed))) refs.push(refText(parsed));
  const found = images.find((one) => one.refs.some((ref) => refs.includes(ref)));
  if (found !== undefined) return found;
  const there = tagsOf(images, repo).slice(0, 5);
  const first = refs[0] ?? sanitizeLine(wanted);
  throw new OperatorError(
    'missing',
    `The engine holds no image ${first}`,
    there.length === 0 ? `get it: docker pull ${first}` : `there are ${there.join(', ')}`,
  );
}

/** The tags of a repository, those of the newest image first. */
function tagsOf(images: readonly EngineImage[], repo: string): string[] {
  return images.flatMap(({ refs }) =>
    refs.flatMap((ref) => {
      const parsed = parseRef(ref);
      return parsed?.repo === repo ? [parsed.tag] : [];
    }),
  );
}
