import { render, useApp, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { clipboardSequence } from '../src/console/clipboard.ts';
import type { Console } from '../src/console/console.ts';
import type { IdleCounter } from '../src/console/idle.ts';
import type { ConsolePorts } from '../src/console/ports.ts';
import { topOverlay } from '../src/console/session.ts';
import type { InputEvent } from '../src/keymap/keys.ts';
import type { Appearance } from './kit/context.ts';
import { keyEvents } from './kit/key-events.ts';
import { tipWords } from './present/header.ts';
import type { Rendered, Shown } from './render.tsx';
import { boardChanges, liveChanges } from './speech/facts.ts';
import { sessionChanges } from './speech/session.ts';
import { spoken, statusSentence } from './speech/words.ts';

/** Lines that are remembered so that nothing is told twice in a row. */
const RECENT_MAX = 60;

export interface SpeakOptions {
  readonly console: Console;
  readonly ports: ConsolePorts;
  readonly appearance: Appearance;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly idle: IdleCounter;
}

/** Says each line once: what was said a moment ago is not said again while a screen moves on. */
function createVoice(stdout: NodeJS.WriteStream) {
  let recent: readonly string[] = [];
  return {
    say(lines: readonly string[]) {
      const words = lines.map(spoken).filter((line) => line !== '');
      const fresh = words.filter((line) => !recent.includes(line));
      if (fresh.length > 0) stdout.write(`${fresh.join('\n')}\n`);
      recent = words.length > 1 ? [...recent, ...fresh].slice(-RECENT_MAX) : fresh;
    },
    /** What follows is told even if it was told before. */
    forget() {
      recent = [];
    },
  };
}

/** In a list the items are numbered: a digit chooses one. Everything else is a key like any other. */
function pressed(console: Console, event: InputEvent): void {
  const top = topOverlay(console.session.getState());
  if (top?.kind === 'list' && event.kind === 'key' && /^[1-9]$/.test(event.key)) {
    const item = top.items[Number(event.key) - 1];
    if (item !== undefined) console.choose(item.value);
  } else {
    console.key(event);
  }
}

function Keys({ console }: { readonly console: Console }) {
  const { exit } = useApp();
  const leaving = useStore(console.session, (session) => session.leaving);
  useInput((input, key) => {
    for (const event of keyEvents(input, key)) pressed(console, event);
  });
  usePaste((text) => console.key({ kind: 'paste', text }));
  useEffect(() => {
    if (leaving) exit();
  }, [leaving, exit]);
  return null;
}

/** Follows everything that changes and says it; ends with the return. */
function narrate({ console, ports }: Shown, voice: ReturnType<typeof createVoice>): () => void {
  const { session } = console;
  const now = () => ports.clock.now();
  const stops = [
    ports.live.subscribe((after, before) => {
      if (session.getState().frozen !== null) return;
      // While it starts the system is not said by itself: how everything stands tells of it.
      const { starting } = ports.board.getState();
      const known = starting ? { ...before, region: after.region } : before;
      voice.say(liveChanges(known, after, now()));
    }),
    ports.board.subscribe((after, before) => {
      if (before.starting && !after.starting) voice.say([statusSentence(ports.live.getState())]);
      voice.say(boardChanges(before, after));
    }),
    session.subscribe((after, before) => {
      const opened = after.overlays.length > before.overlays.length;
      const moved = after.screen !== before.screen || after.selection !== before.selection;
      if (opened || moved) voice.forget();
      voice.say(sessionChanges(before, after, ports));
      // What has been said counts as seen: the dialog begins to listen a moment later.
      const planned = after.run?.preview !== before.run?.preview;
      if (after.overlays !== before.overlays || planned) console.painted();
      if (after.redraws !== before.redraws) {
        voice.forget();
        voice.say([statusSentence(ports.live.getState())]);
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * The console for a screen reader: lines instead of frames. Says how everything stands, what changes,
 * and what each key has done; nothing is drawn over, nothing moves. Ctrl-L says how it stands again.
 */
export function speakConsole(options: SpeakOptions): Rendered {
  const { appearance, stdin, stdout } = options;
  const voice = createVoice(stdout);
  let stop = () => {};
  const follow = (shown: Shown) => {
    stop();
    stop = narrate(shown, voice);
    shown.console.onCopy((text) => {
      const sequence = clipboardSequence(text, appearance.tmux === true);
      if (sequence === null) return 'it is longer than a terminal takes (56,000 bytes at most)';
      stdout.write(sequence);
      return null;
    });
  };
  const { console, ports } = options;
  const tip = tipWords(ports.board.getState());
  voice.say([
    ...(tip === null ? [] : [tip]),
    ports.board.getState().starting === true
      ? 'Starting. How it stands is said once the engine has answered.'
      : statusSentence(ports.live.getState()),
    'Digits choose a panel, j and k a row, Enter opens, question mark tells the keys, q leaves.',
  ]);
  follow(options);
  const instance = render(<Keys console={console} />, {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  return {
    async waitUntilExit() {
      try {
        await instance.waitUntilExit();
      } finally {
        stop();
      }
    },
    flushed: async () => undefined,
    restyle: () => undefined,
    show(next) {
      voice.forget();
      voice.say(['Going to another region. How it stands is said once it has answered.']);
      follow(next);
      instance.rerender(<Keys console={next.console} />);
    },
    unmount: () => instance.unmount(),
  };
}
