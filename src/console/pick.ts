import type { TextEdit } from '../keymap/resolve.ts';
import type { Core } from './core.ts';
import { fuzzy } from './fuzzy.ts';
import { type ListItem, type PickOverlay, topOverlay } from './session.ts';
import { edited } from './text-edit.ts';

/** The keys of a list that is narrowed by typing. */
export interface PickCommands {
  /** A letter: an entry's own key, a move, or text that narrows. */
  type(edit: TextEdit): void;
  move(step: 1 | -1): void;
  submit(): void;
}

/** What counts more the less it is: the id, the title, then what is told beside it. */
function scoreOf(typed: string, { value, label, detail }: ListItem): number | null {
  const id = fuzzy(typed, value);
  const title = fuzzy(typed, label);
  const best = Math.min(id ?? Number.POSITIVE_INFINITY, title ?? Number.POSITIVE_INFINITY);
  if (Number.isFinite(best)) return best;
  const told = typed.length >= 3 && detail.toLowerCase().includes(typed.toLowerCase());
  return told ? 1000 : null;
}

/** The entries that fit what is typed, best first; all in their own order while nothing is. */
export function fitting({ items, text }: Pick<PickOverlay, 'items' | 'text'>): readonly ListItem[] {
  const typed = text.trim();
  if (typed === '') return items;
  const scored = items.flatMap((item) => {
    const score = scoreOf(typed, item);
    return score === null ? [] : [{ item, score }];
  });
  return scored.toSorted((a, b) => a.score - b.score).map(({ item }) => item);
}

/** What hands know of lists, as long as no letter is text yet. */
const steps: Readonly<Record<string, 1 | -1>> = { j: 1, k: -1 };

/** Binds the keys of such lists to a dispatcher core. `take` carries out the chosen entry. */
export function createPickCommands(
  core: Core,
  take: (overlay: PickOverlay, value: string) => void,
): PickCommands {
  const onTop = (): PickOverlay | null => {
    const top = topOverlay(core.session.getState());
    return top?.kind === 'pick' ? top : null;
  };
  const narrow = (top: PickOverlay, text: string) =>
    core.patch(top.id, { text, typing: true, chosen: 0 });
  const choose = (top: PickOverlay, item: ListItem) => {
    core.drop(top.id);
    take(top, item.value);
  };
  const move = (step: 1 | -1) => {
    const top = onTop();
    if (top === null) return;
    const last = Math.max(0, fitting(top).length - 1);
    core.patch(top.id, { chosen: Math.max(0, Math.min(last, top.chosen + step)) });
  };

  const begin = (top: PickOverlay, key: string) => {
    const own = top.items.find(({ quick }) => quick === key);
    const step = steps[key];
    const numbered = /^[1-9]$/.test(key) ? top.items[Number(key) - 1] : undefined;
    if (own !== undefined) choose(top, own);
    else if (numbered !== undefined) choose(top, numbered);
    else if (step !== undefined) move(step);
    else if (key === '/') core.patch(top.id, { typing: true });
    else narrow(top, key);
  };

  return {
    type(edit) {
      const top = onTop();
      if (top === null) return;
      if (!top.typing && edit.kind === 'insert' && [...edit.text].length === 1) {
        begin(top, edit.text);
      } else narrow(top, edited(top.text, edit));
    },
    move,
    submit() {
      const top = onTop();
      if (top === null) return;
      const found = fitting(top);
      const item = found[Math.min(top.chosen, found.length - 1)];
      if (item === undefined) core.toast('nothing here is called that (Esc leaves)');
      else choose(top, item);
    },
  };
}
