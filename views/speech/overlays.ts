import { keyContext } from '../../src/console/context.ts';
import { paletteEntries } from '../../src/console/palette.ts';
import type { ConsolePorts } from '../../src/console/ports.ts';
import type { Overlay, SessionState } from '../../src/console/session.ts';
import { evidenceLines } from '../present/evidence.ts';
import { helpLines } from '../present/help.ts';
import { planLines, previewLines } from '../present/plan.ts';
import { linesWords } from './words.ts';

/** Words are not wrapped for the ear: only what a line breaks by itself. */
const WIDTH = 200;

type Of<K extends Overlay['kind']> = Extract<Overlay, { kind: K }>;

function readerWords(
  overlay: Of<'reader'>,
  ports: ConsolePorts,
  session: SessionState,
): readonly string[] {
  const now = ports.clock.now();
  if (overlay.content === 'help') {
    return linesWords(helpLines(overlay.scopes, keyContext(ports, session), WIDTH, false), now);
  }
  if (session.run === null) return ['no run is open'];
  const lines = overlay.content === 'evidence' ? evidenceLines : previewLines;
  return linesWords(lines(session.run, WIDTH), now);
}

function confirmWords(
  { plan, typed, working, refused, problem, armed }: Of<'confirm'>,
  now: number,
) {
  if (refused !== null)
    return [`not done: ${refused.refused}`, refused.mend ?? '', 'Esc goes back'];
  if (working) return ['beginning'];
  if (!armed) return [`${plan.title}? ${plan.risk}`, ...linesWords(planLines(plan, WIDTH), now)];
  if (plan.typedName === null) return ['y does it, Esc leaves it'];
  return [problem ?? '', `type ${plan.typedName} and Enter: ${typed}`];
}

function paletteWords(overlay: Of<'palette'>, ports: ConsolePorts, session: SessionState) {
  const entries = paletteEntries(ports, session, overlay.text);
  const entry = entries[Math.min(overlay.chosen, entries.length - 1)];
  if (entry === undefined) return [`command ${overlay.text}: nothing is called that`];
  const words = entry.reason === null ? entry.detail : `not now: ${entry.reason}`;
  return [`command ${overlay.text}: ${entry.word}, ${words}`];
}

/** What an overlay says; only what differs from before is told. */
export function overlayWords(
  overlay: Overlay,
  ports: ConsolePorts,
  session: SessionState,
): readonly string[] {
  switch (overlay.kind) {
    case 'confirm':
      return confirmWords(overlay, ports.clock.now());
    case 'reader':
      return [...readerWords(overlay, ports, session), 'Esc closes this'];
    case 'list':
      return [
        overlay.title,
        ...overlay.items.map(({ label, detail }, index) => `${index + 1}: ${label}. ${detail}`),
        'its digit chooses, Esc closes',
      ];
    case 'palette':
      return paletteWords(overlay, ports, session);
    case 'message':
      return [overlay.title, overlay.text, overlay.mend ?? '', 'Esc closes this'];
    case 'leave':
      return [overlay.text, 'y leaves, Esc stays'];
    case 'text':
      return [overlay.title, overlay.problem ?? '', `text: ${overlay.text}`];
    case 'filter':
      return [`filter: ${overlay.text}`];
  }
}
