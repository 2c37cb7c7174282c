import type { Timer } from '../domain/clock.ts';
import type { Notice } from '../domain/notice.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import type { Program } from './compose.ts';

const EVERY_MS = 5000;

/** What is wrong with the journal, in words; null when it can be written. */
function troubleOf({ context }: Pick<Program, 'context'>): string | null {
  try {
    const { journal } = context;
    journal.transact(() => undefined);
    return journal.damage;
  } catch (thrown) {
    const { message, mend } = asOperatorError(thrown);
    return [message, mend].filter(Boolean).join('; ');
  }
}

function noticeOf(summary: string, since: number): Notice {
  return {
    id: 'journal',
    name: 'JournalDamaged',
    labels: {},
    state: 'firing',
    since,
    severity: 'P2',
    summary,
    silence: null,
    inhibitedBy: [],
    runbookUrl: null,
  };
}

/**
 * Tells what is wrong with the journal among the alerts, and follows it from when it can be opened on.
 * @param changed called after events were written, and when it is opened
 * @returns ends it
 */
export function watchJournal(program: Program, changed: () => void): () => void {
  const { context, live } = program;
  let since: number | null = null;
  let unsubscribe: (() => void) | null = null;
  let timer: Timer | null = null;

  function look(): void {
    const now = context.clock.now();
    const trouble = troubleOf(program);
    since = trouble === null ? null : (since ?? now);
    const notices = trouble === null ? [] : [noticeOf(trouble, since ?? now)];
    live.record('journal', 'notices', notices, now);
    follow();
    timer = context.clock.after(EVERY_MS, look);
  }

  function follow(): void {
    if (unsubscribe !== null) return;
    try {
      unsubscribe = context.journal.onChange(changed);
      changed();
    } catch {
      // It is tried again at the next look, and what is wrong with it stands among the alerts.
    }
  }

  look();
  return () => {
    timer?.cancel();
    unsubscribe?.();
  };
}
