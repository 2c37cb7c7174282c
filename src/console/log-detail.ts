import type { LogLine } from '../domain/log-line.ts';
import { wrapParts } from './log-wrap.ts';

/** A row of a line's own view. */
export interface DetailRow {
  /** What stands before it: the name of a part, or nothing. */
  readonly label: string;
  readonly text: string;
  /** True for a part of the JSON, where names are told from values. */
  readonly json: boolean;
}

const ROWS_MAX = 2000;
const LABEL_WIDTH = 10;

const wrapped = (text: string, width: number) =>
  wrapParts(text, width, ROWS_MAX).map(([from, to]) => text.slice(from, to));

function part(label: string, text: string, width: number): readonly DetailRow[] {
  return wrapped(text, width - LABEL_WIDTH).map((row, index) => ({
    label: index === 0 ? label : '',
    text: row,
    json: false,
  }));
}

/** Line breaks within a value, as those of a stack trace, become breaks of the view. */
function jsonRows(fields: NonNullable<LogLine['fields']>, width: number): readonly DetailRow[] {
  return JSON.stringify(fields, null, 2)
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const [first = '', ...more] = line.split(/(?<!\\)\\n/);
      return [first, ...more.map((rest) => `${indent}  ${rest}`)];
    })
    .flatMap((line) => wrapped(line, width))
    .map((text) => ({ label: '', text, json: true }));
}

/**
 * Everything a line says, one row after another.
 * @param width columns there are, the labels included
 */
export function detailRows(line: LogLine, width: number): readonly DetailRow[] {
  const time = line.at === null ? 'not known' : new Date(line.at).toISOString();
  const stream = line.stream === null ? '' : `  ${line.stream}`;
  const rows = [
    ...part('time', time, width),
    ...part('source', `${line.source}${stream}`, width),
    ...part('level', line.level ?? 'not known', width),
    ...part('message', line.message, width),
    { label: '', text: '', json: false },
    ...(line.fields === null ? part('as written', line.raw, width) : jsonRows(line.fields, width)),
  ];
  return rows.slice(0, ROWS_MAX);
}
