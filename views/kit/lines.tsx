import { Box, Text } from 'ink';
import { memo } from 'react';
import { type Line, type Span, sized } from '../present/line.ts';
import { Progress } from './progress.tsx';
import { Sparkline } from './sparkline.tsx';
import { Age } from './time.tsx';
import { Words } from './words.tsx';

function SpanView({ span }: { readonly span: Span }) {
  if ('text' in span) return <Words text={span.text} tone={span.tone} />;
  if ('series' in span) return <Sparkline span={span} />;
  return 'totalMs' in span ? <Progress span={span} /> : <Age span={span} />;
}

/** One line, exactly as wide as asked. */
export const LineView = memo(function LineView({
  line,
  width,
}: {
  readonly line: Line;
  readonly width: number;
}) {
  return (
    <Box width={width} height={1} flexShrink={0} overflow="hidden">
      <Text wrap="truncate-end">
        {sized(line, width).map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has no other identity than its place
          <SpanView key={index} span={span} />
        ))}
      </Text>
    </Box>
  );
});

/** Lines under each other, never more than `rows`. */
export function Lines({
  lines,
  width,
  rows,
}: {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly rows: number;
}) {
  return (
    <Box
      flexDirection="column"
      width={width}
      height={Math.max(0, rows)}
      flexShrink={0}
      overflow="hidden"
    >
      {lines.slice(0, Math.max(0, rows)).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
        <LineView key={index} line={line} width={width} />
      ))}
    </Box>
  );
}
