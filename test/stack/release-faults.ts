import type { Stack } from './stack.ts';

type Base = Pick<Stack, 'docker' | 'compose'>;

const REPOSITORY = 'falcon-worker';
const workers = ['worker-1', 'worker-2', 'worker-3'] as const;

/** The image the workers run; its tag is what a release moves. */
export const workerImage = `${REPOSITORY}:latest`;
export const goodRelease = `${REPOSITORY}:1.0.0`;
const badRelease = `${REPOSITORY}:1.1.0`;

/** Gives the image the names of a release. */
export async function tagRelease(stack: Pick<Stack, 'docker'>, image: string): Promise<void> {
  await stack.docker(['tag', image, goodRelease]);
  await stack.docker(['tag', goodRelease, workerImage]);
}

/** New containers of the workers, of the image that has the tag now. */
export async function recreateWorkers(stack: Base): Promise<void> {
  const names = ['up', '--detach', '--no-deps', '--force-recreate', '--no-color', ...workers];
  await stack.compose(names);
}

/**
 * Rolls out a release that answers a share of its requests with 500. The release before keeps its tag.
 *
 * @param share of the requests that fail, 0 to 1
 */
export async function deployBad(stack: Base, share: number): Promise<void> {
  const { stdout } = await stack.docker(['create', goodRelease, 'true']);
  const id = stdout.trim();
  const flaw = `ENV APP_VERSION=1.1.0 INFERENCE_ERROR_RATE=${share}`;
  await stack.docker(['commit', '--change', flaw, id, badRelease]);
  await stack.docker(['rm', id]);
  await stack.docker(['tag', badRelease, workerImage]);
  await recreateWorkers(stack);
}
