import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { createConsole } from '../../../src/console/console.ts';
import { createIdleCounter } from '../../../src/console/idle.ts';
import { createLogBook } from '../../../src/live/logs.ts';
import type { LiveState } from '../../../src/live/state.ts';
import type { Rendered } from '../../../views/render.tsx';
import { speakConsole } from '../../../views/speak.tsx';
import { boardChanges, liveChanges } from '../../../views/speech/facts.ts';
import { spoken, statusSentence } from '../../../views/speech/words.ts';
import { engineLost, healthy, NOW, redisDead } from '../../fixtures/live.ts';
import { fakeFeed, logLine } from '../../fixtures/logs.ts';
import { alarmedBoard, fakePorts, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

const open: Rendered[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.unmount();
});

/** A console that speaks into a string. */
function listen(live: LiveState, board = quietBoard) {
  const clock = createFakeClock(NOW);
  const run = fakeRun();
  const ports = fakePorts({ clock, live, board, run });
  const idle = createIdleCounter();
  const console = createConsole(ports, { idle });
  let said = '';
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  Object.assign(stdout, { isTTY: true, columns: 80, rows: 24 });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  open.push(
    speakConsole({
      console,
      ports,
      idle,
      appearance: { color: false, unicode: true },
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
    }),
  );
  return {
    ports,
    run,
    clock,
    session: () => console.session.getState(),
    /** Presses keys and gives what was said since. */
    async press(...keys: readonly string[]) {
      said = '';
      for (const key of keys) {
        console.key({ kind: 'key', key, burst: false });
        await clock.settle();
      }
      return said;
    },
    heard: () => said,
    forget: () => {
      said = '';
    },
  };
}

describe('what is said of the facts', () => {
  test('how everything stands, in one sentence', () => {
    expect(statusSentence(healthy)).toBe(
      'us-ashburn, falcon. 7 of 7 containers up. Sources: live. no alert.',
    );
    expect(statusSentence(redisDead)).toContain(
      '6 of 7 containers up. Sources: 1 of 11 lost. 3 alerts',
    );
  });

  test('what falls ill, once, and what recovers', () => {
    const ill = liveChanges(healthy, redisDead, NOW);
    expect(ill).toContainEqual(
      expect.stringContaining('alert P1 CircuitBreakerOpen: redis is open'),
    );
    expect(ill).toContainEqual(expect.stringContaining('source redis lost: redis refuses'));
    expect(ill).toContainEqual(expect.stringMatching(/^container falcon-redis, critical, exited/));
    expect(liveChanges(redisDead, redisDead, NOW)).toEqual([]);
    const well = liveChanges(redisDead, healthy, NOW);
    expect(well).toContainEqual('alert over: CircuitBreakerOpen');
    expect(well).toContainEqual('source redis answers again');
    expect(liveChanges(healthy, engineLost, NOW)).toContainEqual(
      expect.stringContaining('source docker lost: the Docker engine does not answer'),
    );
  });

  test('what is recommended', () => {
    expect(boardChanges(quietBoard, alarmedBoard)).toEqual([
      'incident INC-42 is open: P1 Redis down, or its breaker open',
      'recommended: Redis down, or its breaker open, it points to restart-redis. r opens it',
    ]);
    expect(boardChanges(alarmedBoard, alarmedBoard)).toEqual([]);
    const tip = { calm: 'Something breaks soon.', alarmed: 'Something broke.' };
    const calm = { ...quietBoard, tip };
    expect(boardChanges(quietBoard, calm)).toEqual(['Something breaks soon.']);
    expect(boardChanges(calm, { ...alarmedBoard, tip }).at(-1)).toBe('Something broke.');
  });

  test('without the signs that only the eye can read', () => {
    expect(spoken(' ✖ redis  a → b ─── ▁▂█ ')).toBe('redis a to b');
  });
});

describe('a console for a screen reader', () => {
  test('says how it stands and how it is used, and draws nothing', () => {
    const { heard } = listen(healthy);
    expect(heard()).toContain('7 of 7 containers up');
    expect(heard()).toContain('question mark tells the keys');
    expect(heard()).not.toMatch(/[─│█●]/u);
    expect(heard()).not.toContain('[2J');
    expect(heard()).not.toContain('[?1049h');
  });

  test('says which panel and which row one is at', async () => {
    const { press } = listen(healthy);
    expect(await press('2')).toMatch(/^panel 2, metrics: 6 signals/m);
    expect(await press('1', 'j')).toMatch(/falcon-loadgen, well, running.*row 1 of 7/);
    expect(await press(' ')).toContain('marked');
    expect(await press('enter')).toMatch(
      /^container falcon-loadgen: running[\s\S]*^image registry/m,
    );
    expect(await press('escape')).toContain('panel 1, containers');
    expect(await press('9')).toContain('no cluster is configured');
  });

  test('tells changes as they happen, not while frozen', async () => {
    const { press, ports, heard, forget } = listen(healthy);
    forget();
    ports.live.setState(redisDead);
    expect(heard()).toContain('CircuitBreakerOpen');
    expect(await press('z')).toContain('the panels are frozen');
    forget();
    ports.live.setState(healthy);
    expect(heard()).toBe('');
  });

  test('reads a dialog out before it listens, and only then does what it says', async () => {
    const { press, clock, run, forget, heard } = listen(redisDead, alarmedBoard);
    expect(await press('r')).toMatch(/Restart Redis/);
    const asked = await press('enter');
    expect(asked).toMatch(/Restart Redis\? disruptive/);
    expect(asked).toContain('falcon-redis 47357c4bcfa0');
    await press('y');
    expect(run.calls).not.toContain('confirm restart-redis');
    forget();
    await clock.advance(300);
    expect(heard()).toContain('y does it, Esc leaves it');
    await press('y');
    expect(run.calls).toContain('confirm restart-redis');
  });

  test('numbers a list and takes the digit', async () => {
    const { press, session } = listen(healthy);
    expect(await press('C')).toMatch(/^1: \[x\] name/m);
    expect(session().overlays).toHaveLength(1);
  });

  test('reads a log line by line', async () => {
    const { press, ports, clock } = listen(healthy);
    const feed = fakeFeed('redis');
    Object.assign(ports, {
      openLogs: async () =>
        createLogBook({ clock, random: () => 1, feeds: [feed], sinceMs: null, reopen: false }),
    });
    expect(await press('j', 'l')).toContain('logs: j and k read line by line');
    await clock.settle();
    feed.write(logLine('redis', NOW - 2000, 'first'), logLine('redis', NOW - 1000, 'second'));
    await clock.advance(500);
    const said = await press('k', 'k');
    expect(said).toContain('redis: info first');
    expect(await press('escape')).toContain('panel 1, containers');
  });

  test('a name with control sequences is said as harmless text', async () => {
    const { press, ports } = listen(healthy);
    const evil = '\u001b]0;owned\u0007evil';
    ports.live.setState({
      alerts: [{ ...redisDead.alerts[0], name: evil, summary: evil } as never],
    });
    const said = await press('8', 'j');
    expect(said).toContain('evil');
    expect(said).not.toMatch(/\p{Cc}(?<!\n)/u);
  });
});
