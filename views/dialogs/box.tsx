import { Box } from 'ink';
import type { ReactNode } from 'react';
import { LineView } from '../kit/lines.tsx';
import { type Line, lineWidth, sized, type Tone, text } from '../present/line.ts';

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface BoxProps {
  readonly area: Area;
  readonly title: Line;
  readonly lines: readonly Line[];
  readonly tone: Tone;
  /** Drawn inside instead of lines, by components that keep a list themselves. */
  readonly children?: ReactNode;
}

/** A framed area above everything else: every cell of it is drawn, so nothing shines through. */
export function DialogBox({ area, title, lines, tone, children }: BoxProps) {
  const inner = area.width - 2;
  const rows = area.height - 2;
  const head = sized(title, Math.min(inner - 2, lineWidth(title)));
  const rule = '─'.repeat(Math.max(0, inner - 2 - lineWidth(head)));
  const top: Line = [text('┌ ', tone), ...head, text(` ${rule}┐`, tone)];
  const bottom: Line = [text(`└${'─'.repeat(inner)}┘`, tone)];
  const body = Array.from({ length: rows }, (_, index) => lines[index] ?? []);
  return (
    <Box
      position="absolute"
      flexDirection="column"
      marginLeft={area.left}
      marginTop={area.top}
      width={area.width}
      height={area.height}
    >
      <LineView line={top} width={area.width} />
      {body.map((line, index) => (
        <LineView
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
          key={index}
          line={[text('│', tone), ...sized(line, inner), text('│', tone)]}
          width={area.width}
        />
      ))}
      <LineView line={bottom} width={area.width} />
      {children === undefined ? null : (
        <Box position="absolute" flexDirection="column" marginLeft={1} marginTop={1} width={inner}>
          {children}
        </Box>
      )}
    </Box>
  );
}

/** What would be seen of the screen beside a box this close to its edges is only clutter. */
const SLIVER_MAX = 8;

/** The width a box takes: what it wants, or all there is when hardly anything would be left over. */
export function boxWidth(columns: number, wanted: number): number {
  return columns - wanted < SLIVER_MAX ? columns : wanted;
}

/** An area in the middle of the screen, as large as its content needs and the screen allows. */
export function centred(columns: number, rows: number, width: number, height: number): Area {
  const w = boxWidth(columns, width);
  const h = Math.min(rows - 2, height);
  return {
    left: Math.max(0, Math.floor((columns - w) / 2)),
    top: Math.max(1, Math.floor((rows - h) / 3)),
    width: w,
    height: h,
  };
}
