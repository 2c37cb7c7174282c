import { type CheckRow, checkHealth, checkName } from '../../src/console/rows.ts';
import { type Line, phrase, text } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

function answer({ source, check }: CheckRow): Line {
  if (source.status === 'failed') return [text(source.error?.message ?? 'no answer', 'bad')];
  if (check === null) return [text('connecting…', 'quiet')];
  const { value } = check;
  const said = [text(`${value.status}`, value.ok ? 'plain' : 'bad')];
  if (!value.ok && value.error !== null) return [...said, text(`  ${value.error}`, 'bad')];
  return [...said, text(`  ${Math.round(value.latencyMs)} ms`, 'quiet')];
}

/** One check in a few words: its name and what it answered. */
export function checkCell(row: CheckRow, chosen = false): Line {
  const health = checkHealth(row);
  return [
    text(chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${healthSign[health]} `, healthTone[health]),
    text(checkName(row), chosen ? 'strong' : 'plain'),
    text(' '),
    ...answer(row),
  ];
}

/** Everything known of one check, for the foot of the zoomed panel. */
export function checkDetails({ source, check }: CheckRow): readonly Line[] {
  const lines: Line[] = [];
  if (check !== null) {
    lines.push([text('   url       ', 'quiet'), text(check.value.url)]);
    lines.push([
      text('   answered  ', 'quiet'),
      phrase('age', check.observedAt, { after: ' ago' }),
    ]);
    for (const [name, value] of Object.entries(check.value.fields)) {
      lines.push([text(`   ${name}  `, 'quiet'), text(value)]);
    }
  }
  if (source.error !== null) {
    lines.push([text('   ✖ ', 'bad'), text(source.error.message, 'bad')]);
    if (source.error.mend !== null) lines.push([text(`     ${source.error.mend}`)]);
  }
  if (source.retryAt !== null)
    lines.push([text('   next try  ', 'quiet'), phrase('left', source.retryAt, { before: 'in ' })]);
  return lines;
}

/** `5 of 6 ok`, for the panel's title. */
export function checksSummary(rows: readonly CheckRow[]): string {
  if (rows.length === 0) return '';
  const ok = rows.filter((row) => checkHealth(row) === 'ok').length;
  return `${ok} of ${rows.length} ok`;
}
