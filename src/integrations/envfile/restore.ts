import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Action } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { backupPath, type EnvFile, obstacle, readEnvFile, replaceEnvFile } from './client.ts';
import { envDiff } from './diff.ts';
import { type EnvFiles, fileInput, pathText, readWanted } from './place.ts';
import type { Me } from './set.ts';
import { fileTarget, onlyShown } from './targets.ts';

const TIMEOUT_MS = 30_000;

const input = z.strictObject({
  ...fileInput,
  backup: pathText.describe('A version kept beside the file, as `envfile.set` names it.'),
  written: z.string().default('').describe('SHA-256 of what the change wrote; empty when unknown.'),
});

/** The kept version, which must be one of this very file. */
async function keptVersion(file: EnvFile, backup: string): Promise<EnvFile> {
  const kept = await readEnvFile(backup);
  const beside = dirname(kept.path) === dirname(file.path) && kept.link === null;
  if (beside && basename(kept.path).startsWith(`${basename(file.path)}.bak-`)) return kept;
  const message = `${backup} is no version that was kept of ${file.path}`;
  throw new OperatorError('failed', message, `such versions are called ${file.path}.bak-…`);
}

/** `envfile.restore`: puts a kept version of an env file back; the version of now is kept in turn. */
export function restoreAction(files: EnvFiles, me: () => Me): Action {
  return defineAction({
    id: 'envfile.restore',
    title: 'Put a kept version of an env file back',
    risk: 'reversible',
    input,
    output: z.object({ backup: z.string() }),
    undo: {
      kind: 'action',
      action: 'envfile.restore',
      with: { file: '{{before.file}}', backup: '{{before.backup}}' },
    },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const file = await readWanted(files, values, context);
      const kept = await keptVersion(file, values.backup);
      const why = obstacle(file, me());
      if (why !== null) throw why;
      const target = fileTarget(file);
      const since = values.written !== '' && values.written !== file.sha256;
      return {
        targets: [{ ...target, identity: { ...target.identity, kept: kept.sha256 } }],
        command: shellWords(['cp', kept.path, file.path]),
        notes: [
          ...(since ? ['it was changed again since: that change goes as well'] : []),
          `the version of now is kept as ${backupPath(file)}`,
        ],
        details: envDiff(file.text, kept.text),
        before: { file: file.path, backup: backupPath(file) },
      };
    },
    async run(values, targets, context) {
      const file = await readWanted(files, values, context);
      onlyShown(targets, file);
      const kept = await keptVersion(file, values.backup);
      if (targets[0]?.identity['kept'] !== kept.sha256) {
        const message = `${kept.path} is not what the dialog showed any more`;
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      const backup = await replaceEnvFile(file, kept.text);
      context.output(`${file.path} is as in ${kept.path} again`);
      return { backup };
    },
    async settle(values, targets, _startedAt, context) {
      const { path, sha256 } = await readWanted(files, values, context);
      const { kept, sha256: frozen } = targets[0]?.identity ?? {};
      if (sha256 === kept) return { state: 'done', because: `${path} is as the kept version` };
      if (sha256 === frozen) return { state: 'not-done', because: `${path} is as it was` };
      return { state: 'unknown', because: `${path} is neither as it was nor as the kept version` };
    },
  });
}
