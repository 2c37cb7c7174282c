import { formatAge } from '../domain/duration.ts';
import type { DrillRecord } from './history.ts';

/** Wrong turns that are told one by one; all are counted. */
const TURNS_TOLD_MAX = 5;

/** What a drill of each class has come to when it ended well. */
export const endWord: Readonly<Record<DrillRecord['class'], string>> = {
  acting: 'verified',
  deciding: 'decided',
  escalating: 'handed up',
};

/** The end of a drill in a few words: `over, and proved`. */
function endWords({ class: kind, result }: DrillRecord): string {
  if (result === 'left') return 'left before it was over';
  const well = kind === 'acting' ? 'proved' : endWord[kind];
  return `over, and ${result === 'ended' ? 'not ' : ''}${well}`;
}

const TURNS: Readonly<Record<DrillRecord['wrongTurns'][number]['kind'], string>> = {
  leaf: 'came to',
  remedy: 'did',
  back: 'went back from',
};

/** How a target was met: nothing where there is none. */
function againstTarget({ targetMs, verifiedMs }: DrillRecord): string {
  if (targetMs === null) return '';
  const target = `target ${formatAge(targetMs)}`;
  if (verifiedMs === null) return target;
  return verifiedMs <= targetMs ? `${target}: within it` : `${target}: missed`;
}

const after = (ms: number | null): string => (ms === null ? 'never' : formatAge(ms));

/** The score card, headed by one line. Each line fits on 60 columns unless a name is long. */
export function scoreCard(record: DrillRecord): readonly string[] {
  const { acknowledgedMs, leafMs, verifiedMs, wrongTurns } = record;
  const row = (name: string, ms: number | null, more = '') =>
    `${name.padEnd(14)}${after(ms).padEnd(8)}${more}`.trimEnd();
  const told = wrongTurns
    .slice(0, TURNS_TOLD_MAX)
    .map(({ afterMs, kind, runbook, step }) =>
      `  ${formatAge(afterMs).padEnd(8)}${TURNS[kind]} ${step} of ${runbook}`.trimEnd(),
    );
  const more = wrongTurns.length - told.length;
  return [
    `${record.id}: ${endWords(record)}`,
    row('acknowledged', acknowledgedMs),
    row('right leaf', leafMs),
    row(endWord[record.class], verifiedMs, againstTarget(record)),
    `wrong turns   ${wrongTurns.length === 0 ? 'none' : wrongTurns.length}`,
    ...told,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
