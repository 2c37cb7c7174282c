import * as z from 'zod';
import { shownValue } from '../../domain/recordable.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { parseEnv, valuesOf } from './env-lines.ts';
import { expectations, type Wrong, wrongIn } from './expected.ts';
import { fileNeeds, readOrAbsent } from './file-needs.ts';
import { type EnvFiles, fileInput } from './place.ts';

const MAX_SHOWN_LENGTH = 200;

const wrong = z.object({
  key: z.string(),
  /** As it stands there, a secret masked; null where it is required, and is not there. */
  value: z.string().nullable(),
  /** The pattern that it does not fit. */
  expected: z.string(),
  /** A value that is known to work; null when none is. */
  default: z.string().nullable(),
});

const shown = (key: string, text: string | null) =>
  text === null ? null : sanitizeLine(shownValue(key, text)).slice(0, MAX_SHOWN_LENGTH);

const described = ({ key, value, expected, default: known }: Wrong) => ({
  key,
  value: shown(key, value),
  expected,
  default: shown(key, known),
});

/**
 * `envfile.check`: which settings in an env file are not as they should be. What is not in the file counts
 * only where it is required; a file that is absent is a result.
 */
export function checkProbe(files: EnvFiles): Probe {
  return defineProbe({
    id: 'envfile.check',
    title: 'Settings that are not as they should be',
    input: z.strictObject({ ...fileInput, expect: expectations }),
    result: z.object({
      found: z.boolean(),
      /** Where it really is, links followed; null when it is not there. */
      path: z.string().nullable(),
      /** In the order of what is expected. */
      wrong: z.array(wrong),
      count: z.number(),
      /** The first of them; null when all are right. */
      first: wrong.nullable(),
      /** How many of them have a value that is known to work. */
      mendable: z.number(),
    }),
    command: ({ file, expect }) =>
      shellWords(['grep', '-E', `^(${Object.keys(expect).join('|')})=`, file]),
    async read(input, context) {
      const file = await readOrAbsent(files, input, context);
      const values = file === null ? new Map<string, string>() : valuesOf(parseEnv(file.text));
      const all = file === null ? [] : wrongIn(values, input.expect).map(described);
      return {
        found: file !== null,
        path: file === null ? null : sanitizeLine(file.path),
        wrong: all,
        count: all.length,
        first: all[0] ?? null,
        mendable: all.filter((one) => one.default !== null).length,
      };
    },
    needs: (input, context) => fileNeeds(files, input, context),
  });
}
