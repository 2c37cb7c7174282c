import { confirmStage, keyContext } from '../../src/console/context.ts';
import { paletteEntries } from '../../src/console/palette.ts';
import { fitting } from '../../src/console/pick.ts';
import type { ConsolePorts } from '../../src/console/ports.ts';
import type { Overlay, SessionState } from '../../src/console/session.ts';
import { evidenceLines } from '../present/evidence.ts';
import { formLines } from '../present/form.ts';
import { helpLines } from '../present/help.ts';
import { detailLines, planLines, previewLines } from '../present/plan.ts';
import { rotLines } from '../present/rot.ts';
import { outputLines } from '../present/wizard-acting.ts';
import { linesWords } from './words.ts';

/** Words are not wrapped for the ear: only what a line breaks by itself. */
const WIDTH = 200;

type Of<K extends Overlay['kind']> = Extract<Overlay, { kind: K }>;

const ofRun = { evidence: evidenceLines, preview: previewLines, output: outputLines } as const;

function readerWords(
  overlay: Of<'reader'>,
  ports: ConsolePorts,
  session: SessionState,
): readonly string[] {
  const now = ports.clock.now();
  if (overlay.content === 'help') {
    return linesWords(helpLines(overlay.scopes, keyContext(ports, session), WIDTH, false), now);
  }
  if (overlay.content === 'rot') {
    return linesWords(rotLines(ports.board.getState().rot ?? [], WIDTH), now);
  }
  if (session.run === null) return ['no run is open'];
  return linesWords(ofRun[overlay.content](session.run, WIDTH), now);
}

function confirmWords(overlay: Of<'confirm'>, now: number) {
  const { plan, typed, reason, working, refused, problem, armed } = overlay;
  const stage = confirmStage(overlay);
  if (refused !== null)
    return [`not done: ${refused.refused}`, refused.mend ?? '', 'Esc goes back'];
  if (working) return ['beginning'];
  if (!armed) {
    const lines = [...planLines(plan, WIDTH), ...detailLines(plan, WIDTH)];
    return [`${plan.title}? ${plan.risk}`, ...linesWords(lines, now)];
  }
  if (stage === 'barred') return ['the limit on changes is reached, Esc leaves it'];
  if (stage === 'reason') return [problem ?? '', `why is the limit passed, and Enter: ${reason}`];
  if (stage === 'key') return ['y does it, Esc leaves it'];
  return [problem ?? '', `type ${plan.typedName} and Enter: ${typed}`];
}

function paletteWords(overlay: Of<'palette'>, ports: ConsolePorts, session: SessionState) {
  const entries = paletteEntries(ports, session, overlay.text);
  const entry = entries[Math.min(overlay.chosen, entries.length - 1)];
  if (entry === undefined) return [`command ${overlay.text}: nothing is called that`];
  const words = entry.reason === null ? entry.detail : `not now: ${entry.reason}`;
  return [`command ${overlay.text}: ${entry.word}, ${words}`];
}

/** The chosen entry, its own key, and how many there are. */
function pickWords(overlay: Of<'pick'>): readonly string[] {
  const found = fitting(overlay);
  const place = Math.max(0, Math.min(overlay.chosen, found.length - 1));
  const item = found[place];
  const head = `${overlay.title}: ${overlay.text}`;
  if (item === undefined) return [`${head} nothing is called that`];
  const own = item.quick === null || overlay.typing ? '' : `, key ${item.quick}`;
  return [`${head} ${item.label}${own}. ${item.detail}, ${place + 1} of ${found.length}`];
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
    case 'pick':
      return pickWords(overlay);
    case 'form':
      return [overlay.title, ...linesWords(formLines(overlay, WIDTH), ports.clock.now())];
    case 'palette':
      return paletteWords(overlay, ports, session);
    case 'message':
      return [overlay.title, overlay.text, overlay.mend ?? '', 'Esc closes this'];
    case 'leave':
      return [
        overlay.text,
        overlay.to === null ? 'y leaves, Esc stays' : `y goes to ${overlay.to}, Esc stays`,
      ];
    case 'text':
      return [overlay.title, overlay.problem ?? '', `text: ${overlay.text}`];
    case 'filter':
      return [`filter: ${overlay.text}`];
  }
}
