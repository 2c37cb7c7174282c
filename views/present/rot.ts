import type { RotLine } from '../../src/console/ports.ts';
import { type Line, text } from './line.ts';
import { gap, indented } from './prose.ts';

const shortId = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** What the runbooks rely on and is missing, on one line; null when nothing is. */
export function rotSummary(rot: readonly RotLine[]): Line | null {
  const [first] = rot;
  if (first === undefined) return null;
  const runbooks = new Set(rot.map(({ runbook }) => runbook)).size;
  const number = runbooks === 1 ? '1 runbook relies' : `${runbooks} runbooks rely`;
  const more = rot.length > 1 ? `, and ${rot.length - 1} more` : '';
  return [
    text(` ▲ ${number} on what is not there   `, 'warn'),
    text('V ', 'accent'),
    text('shows it   ', 'quiet'),
    text(`${shortId(first.runbook)}: ${first.what}${more}`),
  ];
}

/** All that is missing, by runbook, with what it probably means instead. */
export function rotLines(rot: readonly RotLine[], width: number): readonly Line[] {
  if (rot.length === 0) return [[text(' nothing is known to be missing', 'quiet')]];
  const runbooks = [...new Set(rot.map(({ runbook }) => runbook))];
  const found = runbooks.flatMap((runbook): readonly Line[] => [
    [text(` ${runbook}`, 'strong')],
    ...rot
      .filter((line) => line.runbook === runbook)
      .flatMap(({ step, what, suggestion }) => [
        ...indented(`✖ ${what}`, width, 3, 'bad'),
        ...indented(`at ${step}${suggestion === null ? '' : `: ${suggestion}`}`, width, 5, 'quiet'),
      ]),
    gap,
  ]);
  return [...found, [text(' opsconsole runbooks verify looks anew', 'quiet')]];
}
