import { blank, chart, type Line, text } from './line.ts';

/** Columns of the names in a detail. */
const LABEL_WIDTH = 14;

/** `   image         redis:7.4`: one thing known of a row. */
export function labelled(label: string, value: Line): Line {
  return [text('   '), text(label.padEnd(LABEL_WIDTH), 'quiet'), text(' '), ...value];
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
