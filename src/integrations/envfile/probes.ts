import * as z from 'zod';
import { shownValue } from '../../domain/recordable.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { checkProbe } from './check-probe.ts';
import { type EnvText, parseEnv, valuesOf } from './env-lines.ts';
import { fileNeeds, readOrAbsent } from './file-needs.ts';
import { type EnvFiles, fileInput } from './place.ts';

const MAX_KEYS = 1000;

const result = z.object({
  found: z.boolean(),
  /** Where it really is, links followed; null when it is not there. */
  path: z.string().nullable(),
  keys: z.array(z.string()),
  /** Key → value; a mask stands for what is a secret by its name or its text. */
  values: z.record(z.string(), z.string()),
  /** Keys that stand more than once: the last place counts. */
  twice: z.array(z.string()),
  /** Epoch ms. */
  modifiedAt: z.number().nullable(),
  /** Permissions as `ls` numbers them, e.g. `640`. */
  mode: z.string().nullable(),
  owner: z.string().nullable().describe('uid:gid'),
});

const absent = {
  found: false,
  path: null,
  keys: [],
  values: {},
  twice: [],
  modifiedAt: null,
  mode: null,
  owner: null,
};

function twiceIn({ assignments }: EnvText): readonly string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { key } of assignments) (seen.has(key) ? twice : seen).add(key);
  return [...twice];
}

/** `envfile.read`: the settings in an env file, secrets masked. A file that is absent is a result. */
function readProbe(files: EnvFiles): Probe {
  return defineProbe({
    id: 'envfile.read',
    title: 'Settings of an env file',
    input: z.strictObject(fileInput),
    result,
    command: ({ file }) => shellWords(['cat', file]),
    async read(input, context) {
      const file = await readOrAbsent(files, input, context);
      if (file === null) return { ...absent };
      const parsed = parseEnv(file.text);
      const values = [...valuesOf(parsed)].slice(0, MAX_KEYS);
      return {
        found: true,
        path: sanitizeLine(file.path),
        keys: values.map(([key]) => key),
        values: Object.fromEntries(
          values.map(([key, value]) => [key, sanitizeLine(shownValue(key, value))]),
        ),
        twice: [...twiceIn(parsed).slice(0, MAX_KEYS)],
        modifiedAt: file.modifiedAt,
        mode: file.mode.toString(8).padStart(3, '0'),
        owner: `${file.uid}:${file.gid}`,
      };
    },
    needs: (input, context) => fileNeeds(files, input, context),
  });
}

/** The probes of this integration. */
export function envfileProbes(files: EnvFiles): Probe[] {
  return [readProbe(files), checkProbe(files)];
}
