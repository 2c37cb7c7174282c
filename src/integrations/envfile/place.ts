import { isAbsolute, join, normalize } from 'node:path';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import type { RunContext } from '../contract.ts';
import { type EnvFile, readEnvFile } from './client.ts';

/** What env files need to know of the region. */
export interface EnvFiles {
  /** False when the region's engine runs on another host, whose files cannot be reached. */
  isLocal(): boolean;
  /**
   * The folder of a compose project on this host.
   * @param project null for the region's own
   * @throws OperatorError('missing') when it is not known
   */
  projectFolder(project: string | null): Promise<string>;
}

/** A path no option can hide in and no terminal trips over. */
export const pathText = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'a path without control characters')
  .regex(/^(?!-)/, 'a path does not begin with -');

export const fileInput = {
  file: pathText
    .default('.env')
    .describe('The env file; a relative path begins in the folder of the compose project.'),
  service: z
    .string()
    .optional()
    .describe('A role whose project is meant; by default the region’s own.'),
};

interface Wanted {
  readonly file: string;
  readonly service?: string | undefined;
}

/** @throws OperatorError when the files of the region are on another host */
function onlyHere(files: EnvFiles): void {
  if (files.isLocal()) return;
  const message = 'The files of this region are on another host';
  throw new OperatorError('failed', message, 'run opsconsole on that host');
}

/** The path of the file that is meant, from the root. */
export async function placeOf(
  files: EnvFiles,
  { file, service }: Wanted,
  context: Pick<RunContext, 'bind'>,
): Promise<string> {
  onlyHere(files);
  if (isAbsolute(file)) return normalize(file);
  const project = service === undefined ? null : context.bind(service).project;
  return join(await files.projectFolder(project), file);
}

/** The file that is meant, read. */
export async function readWanted(
  files: EnvFiles,
  wanted: Wanted,
  context: Pick<RunContext, 'bind'>,
): Promise<EnvFile> {
  return readEnvFile(await placeOf(files, wanted, context));
}
