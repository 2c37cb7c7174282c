import { useBoard, useStage } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { recommendation } from '../present/header.ts';

/** The one thing to do next. */
export function RecommendationLine({ width }: { readonly width: number }) {
  const { diagnostics } = useStage().ports;
  const board = useBoard((state) => state);
  return <LineView line={recommendation(board, diagnostics, width)} width={width} />;
}
