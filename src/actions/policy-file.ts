import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { risks } from '../domain/risk.ts';
import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import { createReport } from '../runbooks/report.ts';
import { validate } from '../runbooks/validate.ts';
import { parseYaml } from '../runbooks/yaml-file.ts';
import type { Policy } from './policy.ts';

/** Where an administrator's policy lies unless the program is put together otherwise. */
const POLICY_FILE = '/etc/opsconsole/policy.yaml';

const POLICY_BYTES_MAX = 256 * 1024;
const PATTERN_LENGTH_MAX = 200;
const RULES_MAX = 200;
/** Write permission of group and others. */
const OTHERS_WRITE = 0o022;

const glob = z.string().min(1).max(PATTERN_LENGTH_MAX).optional();
const pattern = { action: glob, target: glob, region: glob };
const except = z
  .array(z.string().min(1).max(PATTERN_LENGTH_MAX))
  .default([])
  .describe('Targets that may be changed all the same.');
const within = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  message: 'write a duration such as 10m',
});

/** The policy file, as an administrator writes it. */
const policySchema = z.strictObject({
  'read-only': z.boolean().default(false).describe('Nothing is changed from any console here.'),
  'max-risk': z.enum(risks).default('destructive').describe('The riskiest action allowed.'),
  forbid: z
    .array(z.strictObject({ ...pattern, except, why: z.string().min(1) }))
    .max(RULES_MAX)
    .default([])
    .describe(
      'Actions, targets and regions that are never changed; `*` and `?` stand for any text.',
    ),
  raise: z
    .array(z.strictObject({ ...pattern, risk: z.enum(risks) }))
    .max(RULES_MAX)
    .default([])
    .describe('What is riskier here than its action says; a risk is never lowered.'),
  changes: z
    .strictObject({
      most: z.int().min(1),
      within,
      'break-glass': z.boolean().default(true).describe('A reason lets one more pass.'),
    })
    .optional()
    .describe('How many changes a region may see within a time.'),
});

type PolicyFile = z.output<typeof policySchema>;

/** A layer of policy, and what is wrong with the file it comes from; then nothing may be changed. */
export interface PolicyLayer {
  readonly policy: Policy;
  readonly by: string;
  /** Null when the file is as it must be. */
  readonly problem: string | null;
}

const patternOf = ({
  action,
  target,
  region,
}: PolicyFile['forbid'][number] | PolicyFile['raise'][number]) => ({
  action: action ?? null,
  target: target ?? null,
  region: region ?? null,
});

function toPolicy(file: PolicyFile): Policy {
  const { changes } = file;
  return {
    readOnly: file['read-only'],
    maxRisk: file['max-risk'],
    forbid: file.forbid.map((rule) => ({
      ...patternOf(rule),
      except: rule.except,
      why: rule.why,
    })),
    raise: file.raise.map((rule) => ({ ...patternOf(rule), risk: rule.risk })),
    changes:
      changes === undefined
        ? []
        : [
            {
              most: changes.most,
              withinMs: parseDuration(changes.within) ?? 0,
              breakGlass: changes['break-glass'],
            },
          ],
  };
}

/** What lets others than the administrator change a file or put another in its place; null when nothing. */
function loose(path: string, { uid, mode }: Stats, owner: number): string | null {
  if (uid !== owner)
    return `${path} belongs to user ${uid}, not to ${owner === 0 ? 'root' : owner}`;
  return (mode & OTHERS_WRITE) === 0 ? null : `${path} can be written by others than its owner`;
}

/** Whether the file or its folder is a link to what is not there: somebody meant one to be. */
function leadsNowhere(path: string): boolean {
  return [path, dirname(path)].some((place) => {
    const link = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    return link && !existsSync(place);
  });
}

/** The text of the file, held against its owner and permissions by what is really open. */
function readOwned(path: string, owner: number): string | { readonly problem: string } {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    const folder = dirname(realpathSync(path));
    const problem = loose(path, stat, owner) ?? loose(folder, statSync(folder), owner);
    if (problem !== null) return { problem };
    if (stat.size > POLICY_BYTES_MAX) return { problem: `${path} is larger than a policy can be` };
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function read(path: string, owner: number): Policy | { readonly problem: string } {
  const text = readOwned(path, owner);
  if (typeof text !== 'string') return text;
  const parsed = parseYaml(text, path);
  const wrong = (found: Parameters<typeof formatDiagnostic>[0] | undefined) => ({
    problem: found === undefined ? `${path} cannot be used` : formatDiagnostic(found),
  });
  if (!('ok' in parsed)) return wrong(parsed.diagnostics[0]);
  const report = createReport(parsed.ok);
  const file = validate(policySchema, parsed.ok.value ?? {}, report);
  return file === null || report.hasErrors ? wrong(report.diagnostics[0]) : toPolicy(file);
}

/**
 * Reads the administrator's policy. A file that is there but cannot be trusted, read or understood
 * allows no change at all: whoever can break it must gain nothing by it.
 * @param owner the user the file and its folder must belong to; root
 * @returns null when there is no such file
 */
export function readPolicyFile(path: string = POLICY_FILE, owner = 0): PolicyLayer | null {
  let found: Policy | { readonly problem: string };
  try {
    found = read(path, owner);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    const absent = (code === 'ENOENT' || code === 'ENOTDIR') && !leadsNowhere(path);
    if (absent) return null;
    found = {
      problem: `${path} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
    };
  }
  if (!('problem' in found)) return { policy: found, by: path, problem: null };
  const { problem } = found;
  const readOnlyBy = `the policy cannot be trusted: ${problem}`;
  return {
    policy: { readOnly: true, maxRisk: 'observe', readOnlyBy, maxRiskBy: readOnlyBy },
    by: path,
    problem,
  };
}
