import { BACKGROUND, FOREGROUND, paletteColour, rgbColour } from './palette.ts';
import type { Screen, XtermTerminal } from './screen.ts';

const FONT_SIZE = 14;
const CELL_WIDTH = 8.43;
const CELL_HEIGHT = 18;
const BASELINE = 13.5;
const MARGIN = 12;

type Line = NonNullable<ReturnType<XtermTerminal['buffer']['active']['getLine']>>;
type Cell = NonNullable<ReturnType<Line['getCell']>>;

interface Style {
  readonly foreground: string;
  readonly background: string;
  readonly attributes: string;
}

interface Glyph {
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

interface Run {
  readonly style: Style;
  readonly glyphs: Glyph[];
}

/** Draws what a screen shows as an SVG picture; glyphs stand in their cells, whatever the font. */
export function svgOf(screen: Screen): string {
  const { cols, rows, buffer } = screen.xterm;
  const width = Math.ceil(cols * CELL_WIDTH + 2 * MARGIN);
  const height = rows * CELL_HEIGHT + 2 * MARGIN;
  const body = Array.from({ length: rows }, (_, row) => {
    const line = buffer.active.getLine(buffer.active.baseY + row);
    return line === undefined
      ? ''
      : runsOf(line, cols)
          .map((run) => draw(run, row))
          .join('');
  }).join('');
  const font = `font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${FONT_SIZE}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${font}>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">${body}</g>`,
    '</svg>\n',
  ].join('\n');
}

function runsOf(line: Line, cols: number): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < cols; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const glyph = { column, width: cell.getWidth(), text: cell.getChars() || ' ' };
    const last = runs.at(-1);
    if (last !== undefined && sameStyle(last.style, style)) last.glyphs.push(glyph);
    else runs.push({ style, glyphs: [glyph] });
  }
  return runs;
}

const sameStyle = (one: Style, other: Style): boolean =>
  one.foreground === other.foreground &&
  one.background === other.background &&
  one.attributes === other.attributes;

function styleOf(cell: Cell): Style {
  const foreground = colourOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), FOREGROUND);
  const background = colourOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), BACKGROUND);
  const attributes = [
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : '',
    cell.isStrikethrough() ? ' text-decoration="line-through"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
  ].join('');
  return cell.isInverse()
    ? { foreground: background, background: foreground, attributes }
    : { foreground, background, attributes };
}

function colourOf(isDefault: boolean, isRgb: boolean, value: number, fallback: string): string {
  if (isDefault) return fallback;
  return isRgb ? rgbColour(value) : paletteColour(value);
}

function draw({ style, glyphs }: Run, row: number): string {
  const first = glyphs[0];
  const last = glyphs.at(-1);
  if (first === undefined || last === undefined) return '';
  const top = row * CELL_HEIGHT;
  const x = place(first.column);
  const width = place(last.column + last.width - first.column);
  const box =
    style.background === BACKGROUND
      ? ''
      : `<rect x="${x}" y="${top}" width="${width}" height="${CELL_HEIGHT}" fill="${style.background}"/>\n`;
  const spans = segmentsOf(glyphs).map(
    ({ column, text }) => `<tspan x="${place(column)}">${escaped(text)}</tspan>`,
  );
  if (spans.length === 0) return box;
  const y = top + BASELINE;
  return `${box}<text y="${y}" fill="${style.foreground}"${style.attributes}>${spans.join('')}</text>\n`;
}

// Characters that every monospace font draws one cell wide: ASCII, lines and blocks.
const STEADY = /^[!-~\u2500-\u259f]$/;

/**
 * Words of steady characters, and each other character by itself: a glyph that comes from another font
 * then shifts nothing after it. (A list of positions for one text would be shorter; librsvg reads only
 * its first.)
 */
function segmentsOf(glyphs: readonly Glyph[]): readonly { column: number; text: string }[] {
  const segments: { column: number; text: string; steady: boolean; end: number }[] = [];
  for (const { column, width, text } of glyphs) {
    if (text.trim() === '') continue;
    const steady = STEADY.test(text);
    const last = segments.at(-1);
    if (last?.steady && steady && last.end === column) {
      last.text += text;
      last.end += width;
    } else {
      segments.push({ column, text, steady, end: column + width });
    }
  }
  return segments;
}

const place = (column: number): string => (column * CELL_WIDTH).toFixed(2);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
