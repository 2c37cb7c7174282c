import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { EnvFile } from './client.ts';

const SHORT_ID_LENGTH = 12;

/** The version of the file that is acted on, frozen. */
export function fileTarget(file: EnvFile): FrozenTarget {
  const { gid, inode, link, mode, path, sha256, uid } = file;
  const owner = `owner ${uid}:${gid}, mode ${mode.toString(8).padStart(3, '0')}`;
  return {
    kind: 'file',
    name: sanitizeLine(path),
    shortId: sha256.slice(0, SHORT_ID_LENGTH),
    detail: link === null ? owner : `${owner}, by the link ${sanitizeLine(link)}`,
    identity: { sha256, inode },
  };
}

/** @throws OperatorError('failed') when the file is not the version that was shown */
export function onlyShown(targets: readonly FrozenTarget[], file: EnvFile): void {
  const [target] = targets;
  const { inode, sha256 } = target?.identity ?? {};
  if (target?.name === sanitizeLine(file.path) && inode === file.inode && sha256 === file.sha256) {
    return;
  }
  const message = `${file.path} was left as it is: it is not what the dialog showed any more`;
  throw new OperatorError('failed', message, 'look at it again, then decide anew');
}
