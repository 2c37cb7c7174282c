import type { SparkSpan } from '../present/line.ts';
import { sparkline } from '../present/spark.ts';
import { useLive, useNow, useStage } from './context.ts';
import { Words } from './words.tsx';

/** The recent past of one series, following the history. */
export function Sparkline({ span }: { readonly span: SparkSpan }) {
  const { history } = useStage().ports;
  useLive((live) => live.historyRevision);
  const bars = sparkline(history.points(span.series), span.width, useNow());
  return <Words text={bars} tone={span.tone} />;
}
