import { useLive } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { alertStrip } from '../present/header.ts';

/** What is alerting, most severe first. */
export function AlertLine({ width }: { readonly width: number }) {
  const alerts = useLive((live) => live.alerts);
  return <LineView line={alertStrip(alerts, width)} width={width} />;
}
