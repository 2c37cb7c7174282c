import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { hiddenPart, shownValue } from '../../domain/recordable.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Action, Preview, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import {
  backupPath,
  digest,
  type EnvFile,
  keptOf,
  obstacle,
  readEnvFile,
  replaceEnvFile,
} from './client.ts';
import { envDiff } from './diff.ts';
import { editEnv } from './env-edit.ts';
import { parseEnv, valuesOf } from './env-lines.ts';
import { type Expectations, expectations, settingName, wrongIn } from './expected.ts';
import { fileNeeds } from './file-needs.ts';
import { type EnvFiles, fileInput, placeOf, readWanted } from './place.ts';
import { fileTarget, onlyShown } from './targets.ts';

const TIMEOUT_MS = 30_000;
const MAX_KEYS = 100;
const [MIN_SECRET_BYTES, MAX_SECRET_BYTES] = [16, 128];

const key = settingName;
const namesIn = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
const secretBytes = z.coerce.number().int().min(MIN_SECRET_BYTES).max(MAX_SECRET_BYTES);
const value = z.union([z.string().max(8192), z.number(), z.boolean()]);

const input = z
  .strictObject({
    ...fileInput,
    set: z.record(key, value).default({}).describe('Key → value; never a secret.'),
    unset: z.array(key).max(MAX_KEYS).default([]).describe('Keys whose lines go.'),
    // No map: a record masks whatever a secret's name has for its value, and the change would be refused.
    generate: z
      .array(z.strictObject({ name: key, bytes: secretBytes }))
      .max(MAX_KEYS)
      .default([])
      .describe('Names of new random secrets, made when they are written and never shown.'),
    expect: expectations
      .default({})
      .describe('As for `envfile.check`: what does not fit gets its default.'),
  })
  .superRefine((values, context) => {
    const keys = [...Object.keys(values.set), ...values.unset, ...namesIn(values.generate)];
    const expected = Object.keys(values.expect).length;
    if (keys.length + expected === 0) context.addIssue('nothing is to be set, unset or generated');
    if (keys.length > MAX_KEYS) context.addIssue(`more than ${MAX_KEYS} keys`);
    const twice = keys.find((name, index) => keys.indexOf(name) !== index);
    if (twice !== undefined) context.addIssue(`${twice} is named twice`);
  });
type Input = z.output<typeof input>;

const wantedOf = ({ set }: Input) =>
  new Map(Object.entries(set).map(([name, given]) => [name, String(given)]));

/**
 * The change with its expectations turned into the settings they come to for this file.
 * @throws OperatorError when none of them has to change
 */
function narrowed(file: EnvFile, { expect, ...values }: Input): Input {
  if (Object.keys(expect).length === 0) return { ...values, expect };
  const wrong = wrongIn(valuesOf(parseEnv(file.text)), expect);
  const mendable = wrong.filter((one) => one.default !== null && !(one.key in values.set));
  const defaults = mendable.map((one): [string, string] => [one.key, one.default ?? '']);
  const set = { ...Object.fromEntries(defaults), ...values.set };
  const none: Expectations = {};
  const change = { ...values, set, expect: none };
  if (Object.keys(set).length + values.unset.length + namesIn(values.generate).length > 0) {
    return change;
  }
  const [first] = wrong;
  if (first === undefined) {
    const message = `Every setting in ${file.path} is as expected`;
    throw new OperatorError('failed', message, 'there is nothing to change');
  }
  const message = `${first.key} in ${file.path} is wrong, and no value is known that works`;
  throw new OperatorError('failed', message, `write one that fits ${first.expected}`);
}

/** @throws OperatorError for a value the journal would hide from the one who writes it */
function refuseSecrets({ set }: Input): void {
  for (const [name, given] of wantedOf({ set } as Input)) {
    if (hiddenPart({ [name]: given }) === null) continue;
    const message = `${name} looks like a secret, which the record of a change must not hold`;
    const mend = `let it be made with \`generate: [{ name: ${name}, bytes: 32 }]\`, or write it in by hand`;
    throw new OperatorError('failed', message, mend);
  }
}

/** The text as it will be; a secret that is not made yet stands as it was. */
function planned(file: EnvFile, values: Input, secrets = new Map<string, string>()): string {
  refuseSecrets(values);
  const set = new Map([...wantedOf(values), ...secrets]);
  return editEnv(file.text, { set, unset: values.unset });
}

function words(values: Input, path: string): string {
  const assignments = [
    ...[...wantedOf(values)].map(([name, given]) => `${name}=${shownValue(name, given)}`),
    ...namesIn(values.generate).map((name) => `${name}=(new)`),
    ...values.unset.map((name) => `${name} removed`),
  ];
  return `edit ${shellWord(path)}: ${assignments.map(shellWord).join(', ')}`;
}

function previewOf(file: EnvFile, asked: Input, me: Me): Preview {
  const why = obstacle(file, me);
  if (why !== null) throw why;
  const values = narrowed(file, asked);
  const after = planned(file, values);
  const made = namesIn(values.generate);
  const backup = backupPath(file);
  const same = after === file.text && made.length === 0;
  const notes = same
    ? ['has these values already: the file stays as it is']
    : [
        `the version of now is kept as ${backup}`,
        'what runs reads it when it is created anew, not when it is restarted',
      ];
  return {
    targets: [fileTarget(file)],
    command: words(values, file.path),
    notes,
    details: envDiff(file.text, after, made),
    input: values,
    before: { file: file.path, backup, written: made.length === 0 ? digest(after) : '' },
  };
}

/** Whom files are written as. */
export interface Me {
  readonly uid: number;
  readonly groups: readonly number[];
}

async function settled(file: EnvFile, values: Input, frozen: string): Promise<Settlement> {
  const made = namesIn(values.generate);
  const now = valuesOf(parseEnv(file.text));
  const kept = made.length === 0 ? null : await keptOf(file, frozen);
  const old = kept === null ? null : valuesOf(parseEnv(kept.text));
  const asWanted =
    [...wantedOf(values)].every(([name, given]) => now.get(name) === given) &&
    values.unset.every((name) => !now.has(name)) &&
    made.every((name) => old !== null && now.has(name) && now.get(name) !== old.get(name));
  const unchanged = file.sha256 === frozen;
  if (unchanged && !(asWanted && made.length === 0)) {
    return { state: 'not-done', because: `${file.path} is as it was` };
  }
  if (asWanted) return { state: 'done', because: `${file.path} has these values` };
  return { state: 'unknown', because: `${file.path} was changed, but has other values` };
}

/**
 * `envfile.set`: changes settings in an env file in one step, after keeping the version of now beside
 * it. Comments, order and every other byte stay, and so do owner and mode.
 */
export function setAction(files: EnvFiles, me: () => Me): Action {
  return defineAction({
    id: 'envfile.set',
    title: 'Change settings in an env file',
    risk: 'reversible',
    input,
    output: z.object({ changed: z.number(), backup: z.string().nullable() }),
    undo: {
      kind: 'action',
      action: 'envfile.restore',
      with: {
        file: '{{before.file}}',
        backup: '{{before.backup}}',
        written: '{{before.written}}',
      },
    },
    timeoutMs: TIMEOUT_MS,
    preview: async (values, context) =>
      previewOf(await readWanted(files, values, context), values, me()),
    async run(asked, targets, context) {
      const file = await readWanted(files, asked, context);
      onlyShown(targets, file);
      const values = narrowed(file, asked);
      const secrets = new Map(
        values.generate.map(({ name, bytes }) => [name, randomBytes(bytes).toString('base64url')]),
      );
      const after = planned(file, values, secrets);
      if (after === file.text) {
        context.output(`${file.path} has these values already`);
        return { changed: 0, backup: null };
      }
      const changes = envDiff(file.text, after, [...secrets.keys()]);
      const backup = await replaceEnvFile(file, after);
      for (const line of changes) context.output(line);
      context.output(`written; the version before is ${backup}`);
      return { changed: changes.filter((line) => !line.startsWith('-')).length, backup };
    },
    async settle(values, targets, _startedAt, context) {
      const file = await readEnvFile(await placeOf(files, values, context));
      return settled(file, values, targets[0]?.identity['sha256'] ?? '');
    },
    needs: (values, context) => fileNeeds(files, values, context),
  });
}
