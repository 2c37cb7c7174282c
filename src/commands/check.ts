import type { Program } from '../composition/compose.ts';
import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes, firstOf } from './exit-codes.ts';
import { answer, type Output, table } from './output.ts';

/** `check`: configuration and reachability, one line a source, with the mend. */
export async function checkCommand(
  program: Program,
  output: Output,
  waitMs: number,
): Promise<ExitCode> {
  program.start('all');
  await program.supervisor.firstAnswers(waitMs);
  program.live.flush();
  const sources = Object.values(program.live.store.getState().sources);
  const rows: ContractOf<'check'> = sources.map((s) => ({
    name: s.name,
    kind: s.kind,
    ok: s.status === 'live',
    error:
      s.error?.message ?? (s.status === 'live' ? null : `did not answer in ${waitMs / 1000} s`),
    mend: s.error?.mend ?? null,
  }));
  const broken = program.diagnostics.filter(({ level }) => level === 'error');
  answer(output, rows, () => {
    const lines = rows.map((row) => [
      row.ok ? 'ok' : 'FAILED',
      row.name,
      row.kind,
      [row.error, row.mend].filter(Boolean).join('; '),
    ]);
    const system = program.pack
      ? `region ${program.region.name}, pack ${program.pack.system}, ${program.pack.runbooks.length} runbooks`
      : `region ${program.region.name}, no pack fits: set \`system:\` in the configuration`;
    return [system, table(lines), ...broken.map(formatDiagnostic)].join('\n');
  });
  return firstOf([
    broken.length > 0 ? exitCodes.usage : exitCodes.done,
    rows.every((row) => row.ok) ? exitCodes.done : exitCodes.unreachable,
  ]);
}
