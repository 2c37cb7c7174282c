import type { Program } from '../composition/compose.ts';
import { leftOut } from '../composition/left-out.ts';
import type { RegionPlan, Secret } from '../config/plan.ts';
import { asOperatorError, OperatorError } from '../domain/operator-error.ts';
import type { SourceState } from '../domain/source.ts';
import { sourcesOf } from '../live/selectors.ts';
import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes, firstOf } from './exit-codes.ts';
import { answer, type Output, table } from './output.ts';

type Row = ContractOf<'check'>[number];

function sourceRow(source: SourceState, waitMs: number): Row {
  const { name, kind, status, error } = source;
  const ok = status === 'live';
  const silent = ok ? null : `did not answer in ${waitMs / 1000} s`;
  const again = ok || error !== null ? null : 'give it longer with --wait';
  return { name, kind, ok, error: error?.message ?? silent, mend: error?.mend ?? again };
}

/** Every secret of a plan, by the setting it belongs to. */
function secretsOf(plan: RegionPlan): readonly (readonly [string, Secret])[] {
  const named: readonly (readonly [string, Secret | null])[] = [
    ...plan.postgres.map((p) => [`postgres ${p.name} password`, p.password] as const),
    ['postgres password', plan.databaseCredentials?.password ?? null],
    ...plan.redis.map((r) => [`redis ${r.name} password`, r.password] as const),
    ['redis password', plan.cacheCredentials?.password ?? null],
    ['prometheus token', plan.prometheus?.token ?? null],
    ['alertmanager token', plan.alertmanager?.token ?? null],
  ];
  return named.flatMap(([name, secret]) => (secret === null ? [] : [[name, secret] as const]));
}

/** The secrets that are not there, or may not be read. */
function missingSecrets(plan: RegionPlan): readonly Row[] {
  return secretsOf(plan).flatMap(([name, secret]) => {
    try {
      secret.read();
      return [];
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown;
      const { message: error, mend } = thrown;
      return [{ name, kind: 'secret', ok: false, error, mend }];
    }
  });
}

/** What is wrong with the administrator's policy or the journal; each holds up changes or their record. */
function troubleRows({ context, policyProblem }: Pick<Checked, 'context' | 'policyProblem'>) {
  const rows: Row[] = [];
  if (policyProblem !== null) {
    const mend = 'nothing can be changed until whoever owns it has mended it';
    rows.push({ name: 'policy', kind: 'policy', ok: false, error: policyProblem, mend });
  }
  const journal = { name: 'journal', kind: 'journal', ok: false } as const;
  try {
    const { damage } = context.journal;
    if (damage !== null) {
      const mend = 'what is intact can be read: opsconsole incidents list';
      rows.push({ ...journal, error: damage, mend });
    }
  } catch (thrown) {
    const { message: error, mend } = asOperatorError(thrown);
    rows.push({ ...journal, error, mend });
  }
  return rows;
}

/** What was looked for and is not there, unless the pack brings it. */
function absentRows(
  { pack, plan }: Pick<Program, 'pack' | 'plan'>,
  sources: readonly SourceState[],
): readonly Row[] {
  return leftOut(plan, pack)
    .filter((missing) => !sources.some(({ kind }) => kind === missing.kind))
    .map(({ what: name, kind, message: error, mend }) => ({ name, kind, ok: null, error, mend }));
}

const marks = new Map<boolean | null, string>([
  [true, 'ok'],
  [false, 'FAILED'],
  [null, 'absent'],
]);

/** What `check` needs of a program. */
type Checked = Pick<
  Program,
  'look' | 'live' | 'region' | 'pack' | 'plan' | 'diagnostics' | 'policyProblem'
> & { readonly context: { readonly journal: Pick<Program['context']['journal'], 'damage'> } };

function headline({ region, pack, live }: Checked): string {
  if (pack) {
    const count = pack.runbooks.length;
    return `region ${region.name}, pack ${pack.system}, ${count} runbook${count === 1 ? '' : 's'}`;
  }
  const engines = sourcesOf(live.store.getState(), 'containers');
  const silent = engines.some(({ observedAt }) => observedAt === null);
  return silent
    ? `region ${region.name}, its pack is not known while the engine does not answer`
    : `region ${region.name}, no pack fits: set \`system:\` in the configuration, or --system`;
}

/**
 * `check`: configuration and reachability, one line a source with the mend, then what is configured
 * nowhere with the line that would configure it. Exit 2 for a broken pack, policy or journal or a missing secret, 3 for a
 * source that does not answer; what is only absent is no fault.
 */
export async function checkCommand(
  program: Checked,
  output: Output,
  waitMs: number,
): Promise<ExitCode> {
  await program.look('all', waitMs);
  const sources = Object.values(program.live.store.getState().sources);
  const reached = sources.map((source) => sourceRow(source, waitMs));
  const secrets = missingSecrets(program.plan);
  const troubles = troubleRows(program);
  const absent = absentRows(program, sources);
  const rows: ContractOf<'check'> = [...reached, ...secrets, ...troubles, ...absent];
  const broken = program.diagnostics.filter(({ level }) => level === 'error');
  answer(output, rows, () => {
    const lines = rows.map(({ ok, name, kind, error, mend }) => [
      marks.get(ok) ?? '',
      name,
      kind,
      [error, mend].filter(Boolean).join('; '),
    ]);
    return [headline(program), table(lines), ...broken.map(formatDiagnostic)].join('\n');
  });
  return firstOf([
    broken.length + secrets.length + troubles.length > 0 ? exitCodes.usage : exitCodes.done,
    reached.every(({ ok }) => ok === true) ? exitCodes.done : exitCodes.unreachable,
  ]);
}
