import { OperatorError } from '../../domain/operator-error.ts';
import type { Need } from '../contract.ts';
import { type EnvFile, readEnvFile } from './client.ts';
import { type EnvFiles, placeOf, readWanted } from './place.ts';

type Wanted = Parameters<typeof placeOf>[1];
type Context = Parameters<typeof placeOf>[2];

/** The file that is meant, read; null when there is none. */
export async function readOrAbsent(
  files: EnvFiles,
  wanted: Wanted,
  context: Context,
): Promise<EnvFile | null> {
  try {
    return await readWanted(files, wanted, context);
  } catch (thrown) {
    // That its project is not known is another thing than that it has no such file.
    const gone = thrown instanceof OperatorError && thrown.kind === 'missing';
    if (gone && thrown.cause !== undefined) return null;
    throw thrown;
  }
}

/** What a step needs of an env file, for probes and actions alike. */
export async function fileNeeds(
  files: EnvFiles,
  wanted: Wanted,
  context: Context,
): Promise<readonly Need[]> {
  const what = `env file ${wanted.file}`;
  try {
    const { path } = await readEnvFile(await placeOf(files, wanted, context));
    return [{ what, found: path, state: 'ok', suggestion: null }];
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    const state = thrown.kind === 'denied' ? 'forbidden' : 'missing';
    const suggestion = [thrown.message, thrown.mend].filter((part) => part !== null).join('; ');
    return [{ what, found: null, state, suggestion }];
  }
}
