import type { Incident } from './incident.ts';
import type { Terminal } from './terminal.ts';

/** Something to be done on the way: a change to be confirmed, or keys at a question or checklist. */
export type Turn =
  | {
      readonly kind: 'confirm';
      /** Id of the leaf in the journal. */
      readonly leaf: string;
      /** Its title, which dialog and wizard show. */
      readonly title: string;
      /** The exact target, and the exact command, where it is confirmed. */
      readonly touches: RegExp;
      readonly command: RegExp;
      /** What confirms it: Enter alone what is reversible, a typed name what is destructive. */
      readonly by?: 'Enter' | 'y' | 'name';
    }
  | { readonly kind: 'press'; readonly at: RegExp; readonly keys: readonly string[] };

/** What an incident took, from the fault having taken effect. */
export interface IncidentTimes {
  readonly keystrokes: number;
  /** Until the right recommendation stood on the screen; null where none was awaited. */
  readonly recommendedMs: number | null;
  /** Until the last proof. */
  readonly verifiedMs: number;
}

const DIALOG_WITHIN_MS = 30_000;
const RECOMMENDED_WITHIN_MS = 45_000;

const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Words that a narrow screen may have parted, or cut off after the first few. */
const begins = (title: string) => literal(title.slice(0, 24));

/**
 * The words of the dialog, or else of the run, on one line: neither what is beside them nor where a
 * line ends parts them.
 */
function told(lines: readonly string[]): string {
  const box = lines.find((line) => /┌ .+\?.*┐/.test(line));
  const divider = lines.map((line) => line.indexOf('┬')).find((column) => column > 0);
  const from = box === undefined ? 0 : box.indexOf('┌') + 1;
  const to = box === undefined ? divider : box.indexOf('┐', from);
  return lines
    .map((line) => line.slice(from, to))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

/** Waits until dialog or run say so. */
const says = (terminal: Terminal, look: RegExp) =>
  terminal.until((lines) => look.test(told(lines)), { withinMs: DIALOG_WITHIN_MS });

/** A plan counts as read once it stood on the screen for 300 ms. */
const READ_MS = 500;

/** Waits for what is looked for; a failed proof or a refusal on the way ends the wait at once. */
function onTheWay(terminal: Terminal, look: RegExp, withinMs: number): Promise<void> {
  return terminal.until(
    (lines) => {
      const text = lines.join('\n');
      if (look.test(text)) return true;
      if (/: not (?:proved|done)|✖ Not done|is not opened/.test(text)) {
        throw new Error(`instead of ${look}:\n${text}`);
      }
      return false;
    },
    { withinMs },
  );
}

/** Confirms a change at its leaf, or in its dialog, and gives the keys it took. */
async function confirm(terminal: Terminal, turn: Turn & { kind: 'confirm' }): Promise<number> {
  const { by = 'y', command, title, touches } = turn;
  if (by === 'Enter') {
    await says(terminal, command);
    // An Enter that comes before one could read it opens the dialog; the clock wakes this each second.
    const shownAt = performance.now();
    await terminal.until(() => performance.now() - shownAt > READ_MS);
    await terminal.press('Enter');
    return 1;
  }
  await terminal.press('Enter');
  await onTheWay(terminal, new RegExp(`${begins(title)}[^\\n]*\\?`), DIALOG_WITHIN_MS);
  await says(terminal, touches);
  await says(terminal, command);
  const asks = by === 'name' ? /Type .+ and Enter/ : new RegExp(`y +${begins(title)}`);
  await terminal.until(asks, { withinMs: DIALOG_WITHIN_MS });
  if (by === 'y') {
    await terminal.press('y');
    return 2;
  }
  const name = /Type (.+) and Enter/.exec(terminal.text())?.[1] ?? '';
  await terminal.type(name);
  await terminal.press('Enter');
  return 2 + name.length;
}

/**
 * Follows an incident by keys from the fault to the end of its run.
 *
 * @param terminal a console on the overview of a healthy region
 */
export async function follow(terminal: Terminal, incident: Incident): Promise<IncidentTimes> {
  const { fault, runbookTitle, recommends, opens = ['r'], verifiedWithinMs = 90_000 } = incident;
  const line = `➜ ${literal(runbookTitle)}: ${literal(recommends ?? '')}\\b`;
  const broken = fault().then(() => performance.now());
  const shown =
    recommends === null
      ? null
      : broken
          .then(() => terminal.until(new RegExp(line), { withinMs: RECOMMENDED_WITHIN_MS }))
          .then(() => performance.now());
  const brokenAt = await broken;
  const shownAt = await shown;
  let keystrokes = opens.length;
  await terminal.press(...opens);
  for (const turn of incident.turns) {
    if (turn.kind === 'press') {
      await onTheWay(terminal, turn.at, verifiedWithinMs);
      await terminal.press(...turn.keys);
      keystrokes += turn.keys.length;
    } else {
      const leaf = new RegExp(`▶ ${begins(turn.title)}`);
      await onTheWay(terminal, leaf, verifiedWithinMs);
      await says(terminal, turn.touches);
      keystrokes += await confirm(terminal, turn);
    }
  }
  const { outcome = 'resolved' } = incident.ends;
  const end = outcome === 'resolved' ? /✔ Resolved, verified/ : /● Watching/;
  await onTheWay(terminal, end, verifiedWithinMs);
  return {
    keystrokes,
    recommendedMs: shownAt === null ? null : shownAt - brokenAt,
    verifiedMs: performance.now() - brokenAt,
  };
}
