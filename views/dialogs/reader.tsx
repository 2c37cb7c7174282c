import { useEffect } from 'react';
import { keyContext } from '../../src/console/context.ts';
import type { ReaderOverlay } from '../../src/console/session.ts';
import { useBoard, useSession, useStage } from '../kit/context.ts';
import { evidenceLines } from '../present/evidence.ts';
import { helpLines } from '../present/help.ts';
import { type Line, text } from '../present/line.ts';
import { previewLines } from '../present/plan.ts';
import { rotLines } from '../present/rot.ts';
import { outputLines } from '../present/wizard-acting.ts';
import { boxWidth, centred, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const titles = {
  help: 'Keys',
  evidence: 'Evidence',
  preview: 'Preview',
  output: 'Output',
  rot: 'What the runbooks rely on and is not there',
} as const;

const ofRun = { evidence: evidenceLines, preview: previewLines, output: outputLines } as const;
const READER_WIDTH_MAX = 96;

/** Text to read: help, evidence, a preview. Only the part in sight is drawn. */
export function Reader({ overlay, columns, rows }: OverlayProps<ReaderOverlay>) {
  const { console, ports, appearance } = useStage();
  const run = useSession((s) => s.run);
  const session = useSession((s) => s);
  const rot = useBoard((board) => board.rot ?? []);
  const width = boxWidth(columns, READER_WIDTH_MAX);
  const inner = width - 2;
  const content = (): readonly Line[] => {
    if (overlay.content === 'help') {
      const context = keyContext(ports, session);
      return helpLines(overlay.scopes, context, inner - 1, appearance.unicode);
    }
    if (overlay.content === 'rot') return rotLines(rot, inner - 1);
    if (run === null) return [[text(' no run is open', 'quiet')]];
    return ofRun[overlay.content](run, inner - 1);
  };
  const lines = content();
  const area = centred(columns, rows, width, Math.min(rows - 3, lines.length + 2));
  const room = area.height - 2;
  const last = Math.max(0, lines.length - room);
  useEffect(() => console.measure(last), [console, last]);
  const from = Math.min(overlay.scroll, last);
  const place = last === 0 ? '' : `  ${from + 1}-${from + room} of ${lines.length}`;
  return (
    <DialogBox
      area={area}
      tone="accent"
      title={[text(titles[overlay.content], 'strong'), text(place, 'quiet')]}
      lines={lines.slice(from, from + room)}
    />
  );
}
