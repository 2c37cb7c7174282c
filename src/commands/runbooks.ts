import type { Library } from '../composition/compose.ts';
import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import { calledBy, isCalled, leavesOf, type Runbook, stepsOf } from '../runbooks/graph.ts';
import { packJsonSchema, runbookJsonSchema } from '../runbooks/json-schema.ts';
import { type Walk, walk } from '../runbooks/walk.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { lintPaths } from './lint-paths.ts';
import { answer, indentedWords, type Output, table } from './output.ts';

const all = (library: Library): readonly Runbook[] =>
  library.packs.flatMap(({ runbooks }) => runbooks);

/** Each runbook, and below it where it may end; what it calls stands in the list by itself. */
function listWords(runbooks: readonly Runbook[]): string {
  const heads = table(
    runbooks.map(({ id, key, severity, title }) => [id, severity, key ? `R ${key}` : '', title]),
  ).split('\n');
  const blocks = runbooks.map((runbook, index) => {
    const own = leavesOf(runbook).filter((leaf) => !isCalled(leaf));
    const ids = own.map(({ id }) => id);
    const calls = calledBy(runbook);
    const also = calls.length === 0 ? [] : [indentedWords(['calls', ...calls], '    ')];
    return [heads[index], indentedWords(ids, '    '), ...also].join('\n');
  });
  return blocks.join('\n');
}

/** `runbooks list`; what is wrong in files goes to the notes, the good ones are listed all the same. */
export function runbooksListCommand(library: Library, output: Output): ExitCode {
  const rows: ContractOf<'runbooks-list'> = all(library).map((runbook) => ({
    id: runbook.id,
    system: runbook.system,
    title: runbook.title,
    severity: runbook.severity,
    alerts: [...runbook.opensOn.alerts],
    steps: stepsOf(runbook).length,
    leaves: leavesOf(runbook).map(({ id }) => id),
  }));
  answer(output, rows, () =>
    rows.length === 0 ? 'No runbook is loaded.' : listWords(all(library)),
  );
  const errors = library.diagnostics.filter(({ level }) => level === 'error');
  for (const diagnostic of errors) output.note(formatDiagnostic(diagnostic));
  return errors.length > 0 ? exitCodes.unhealthy : exitCodes.done;
}

/** `runbooks lint [PATH…]`: every diagnostic with file, line, column and mend; exit 1 on an error. */
export function runbooksLintCommand(
  library: Library,
  output: Output,
  paths: readonly string[],
): ExitCode {
  const found = paths.length === 0 ? library.diagnostics : lintPaths(paths, library.catalogue);
  answer(output, found, () =>
    found.length === 0 ? 'Nothing is wrong.' : found.map(formatDiagnostic).join('\n'),
  );
  return found.some(({ level }) => level === 'error') ? exitCodes.unhealthy : exitCodes.done;
}

function walkWords({ runbook, paths, cut }: Walk): string {
  const blocks = paths.map(({ leaf, stops }, index) => {
    const lines = stops.flatMap(({ title, commands, turn }) => [
      `  ${title}`,
      ...commands.map((command) => `      $ ${command}`),
      ...(turn === null ? [] : [`      ➜ ${turn}`]),
    ]);
    return [`path ${index + 1} to ${leaf}`, ...lines].join('\n');
  });
  const more = cut ? ['There are more paths than are listed.'] : [];
  return [`${runbook}: ${paths.length} paths, nothing is done`, ...blocks, ...more].join('\n\n');
}

/** `runbooks walk ID`: the dry run, every path and every command, nothing done. */
export function runbooksWalkCommand(library: Library, output: Output, id: string): ExitCode {
  const runbook = all(library).find((candidate) => candidate.id === id);
  if (!runbook) {
    output.note(`There is no runbook ${id}; see opsconsole runbooks list`);
    return exitCodes.usage;
  }
  const walked = walk(runbook, library.catalogue);
  answer(output, walked, () => walkWords(walked));
  return exitCodes.done;
}

/** `runbooks schema`: the JSON Schema of runbook and pack files, for editors. */
export function runbooksSchemaCommand(output: Output, which: 'runbook' | 'pack'): ExitCode {
  const schema = which === 'pack' ? packJsonSchema() : runbookJsonSchema();
  output.write(JSON.stringify(schema, null, 2));
  return exitCodes.done;
}
