import { blank, chart, type Line, text, wrap } from './line.ts';

/** Columns of the names in a detail. */
const LABEL_WIDTH = 14;

/** `   image         redis:7.4`: one thing known of a row. */
export function labelled(label: string, value: Line): Line {
  return [text('   '), text(label.padEnd(LABEL_WIDTH), 'quiet'), text(' '), ...value];
}

/** Before a value: the indent, the name and a space. */
const LABEL_COLUMNS = 3 + LABEL_WIDTH + 1;
/** Lines that one value may take. */
const VALUE_LINES_MAX = 6;

/** A value that may be too long for one line. */
export function wrapped(
  label: string,
  value: string,
  width: number,
  tone: 'plain' | 'bad' = 'plain',
): readonly Line[] {
  const lines = wrap(value, Math.max(10, width - LABEL_COLUMNS), VALUE_LINES_MAX);
  return lines.map((line, index) => labelled(index === 0 ? label : '', [text(line, tone)]));
}

/** A heading over lines that belong together. */
export function heading(words: string): Line {
  return [text(` ${words}`, 'strong')];
}

/** Lines of a chart, and the most columns it takes: one each 5 s of 15 minutes. */
const CHART_LINES = 4;
const CHART_COLUMNS_MAX = 180;

/** A series drawn large, under its name and what it says now; an empty line comes first. */
export function charted(
  title: string,
  now: string,
  series: string,
  width: number,
): readonly Line[] {
  const columns = Math.max(10, Math.min(CHART_COLUMNS_MAX, width - 6));
  return [
    blank,
    [
      ...heading(title),
      text(`  ${now}`),
      text(`   the last ${Math.round(columns / 12)} min`, 'quiet'),
    ],
    ...chart(series, columns, CHART_LINES).map((span): Line => [text('   '), span]),
  ];
}
