import { firingNotices } from '../../src/console/tables/alerts.ts';
import { useLive } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { alertStrip } from '../present/header.ts';

/** What is alerting, most severe first; after this console's own what an Alertmanager tells. */
export function AlertLine({ width }: { readonly width: number }) {
  const alerts = useLive((live) => live.alerts);
  const told = useLive(firingNotices);
  return <LineView line={alertStrip([...alerts, ...told], width)} width={width} />;
}
