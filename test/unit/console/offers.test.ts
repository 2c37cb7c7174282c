import { describe, expect, test } from 'vitest';
import { type ActedRow, offersOf, type RowOffer } from '../../../src/console/offers.ts';
import type { Catalogue } from '../../../src/runbooks/catalogue.ts';
import { full } from '../../fixtures/full.ts';
import { redisDead } from '../../fixtures/live.ts';
import { act, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

const restart: RowOffer = {
  action: 'docker.restart',
  title: 'Restart redis',
  risk: 'disruptive',
  irreversible: 'a restart cannot be taken back',
  input: { container: 'abc' },
};
const pause: RowOffer = {
  ...restart,
  action: 'docker.pause',
  title: 'Pause redis',
  irreversible: null,
};

function desk(change: Parameters<typeof openDesk>[0] = {}, offered = [restart, pause]) {
  const run = fakeRun();
  const opened = openDesk({ live: redisDead, board: quietBoard, run, ...change });
  const asked: ActedRow[] = [];
  const chosen: RowOffer[] = [];
  Object.assign(opened.ports, {
    offers(row: ActedRow) {
      asked.push(row);
      return offered;
    },
    async openOffer(offer: RowOffer) {
      chosen.push(offer);
      return run;
    },
  });
  return { ...opened, run, asked, chosen };
}

describe('x on a row', () => {
  test('lists what applies; choosing opens the same dialog; y does it', async () => {
    const { press, pressSeen, asked, chosen, run, session, top } = desk();
    await press('j', 'x');
    expect(asked[0]).toMatchObject({ kind: 'container', name: 'falcon-redis' });
    expect(top()).toMatchObject({ kind: 'pick', purpose: 'offers' });
    await pressSeen('enter');
    expect(chosen).toEqual([restart]);
    expect(top()).toMatchObject({ kind: 'confirm' });
    expect(session()).toMatchObject({ screen: 'wizard', run: { adHoc: true } });
    await press('y');
    expect(run.calls).toContain('confirm restart-redis');
    expect(run.calls).not.toContain('stop stopped');
  });

  test('Esc in the dialog ends the run with nothing done, and leads back to the row', async () => {
    const { press, pressSeen, run, session } = desk();
    await press('j', 'x');
    await pressSeen('enter');
    await press('escape');
    expect(run.calls).toContain('stop stopped');
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
    expect(session()).toMatchObject({ screen: 'overview', run: null });
  });

  test('even what is reversible asks', async () => {
    const { press, pressSeen, run, top } = desk();
    run.answers.plan = { ...(run.answers.plan as object), risk: 'reversible' } as never;
    await press('j', 'x');
    await pressSeen('enter');
    expect(top()?.kind).toBe('confirm');
  });

  test('a change that is under way already is shown, not planned again', async () => {
    const { press, pressSeen, run, top, session } = desk();
    run.become({ phase: 'acting', acts: [act()] });
    await press('j', 'x');
    await pressSeen('enter');
    expect(top()).toBeNull();
    expect(session().screen).toBe('wizard');
    expect(run.calls).not.toContain('plan');
  });

  test('a plan that is refused is told, and its run ended', async () => {
    const { press, pressSeen, run, session, top } = desk();
    run.answers.plan = { refused: 'the container is gone', mend: null };
    await press('j', 'x');
    await pressSeen('enter');
    expect(top()).toMatchObject({ kind: 'message', text: 'the container is gone' });
    await press('escape');
    expect(run.calls).toContain('stop stopped');
    expect(session().screen).toBe('overview');
  });

  test('a session is named by its start as the server tells it', async () => {
    const { press, asked } = desk({ live: full });
    await press('4', 'j', 'x');
    expect(asked[0]).toMatchObject({
      kind: 'session',
      pid: expect.any(Number),
      backendStart: '2026-11-22 11:03:44+00',
      source: 'postgres',
    });
  });

  test.each([
    [['x'], 'choose a container first'],
    [['j', ' ', 'x'], 'one row at a time'],
    [['6', 'x'], 'a container (panel 1) or a database session (panel 4)'],
  ] as const)('%s says why not', async (keys, words) => {
    const { press, session, asked } = desk();
    await press(...keys);
    expect(session().toast?.text).toContain(words);
    expect(asked).toEqual([]);
  });

  test('nothing that applies is said', async () => {
    const { press, session, top } = desk({}, []);
    await press('j', 'x');
    expect(top()).toBeNull();
    expect(session().toast?.text).toContain('no action applies');
  });

  test('a read-only console says so', async () => {
    const { press, ports, session } = desk();
    Object.assign(ports, { readOnly: true });
    await press('j', 'x');
    expect(session().toast?.text).toContain('read-only');
  });
});

test('offers are those of the row’s kind that make sense for it, the least risk first', () => {
  const offer = (on: ActedRow['kind'], title: string, fits: boolean) => ({
    on,
    title,
    input: (row: ActedRow) => (fits ? { name: row.kind } : null),
  });
  const action = (id: string, risk: string, offers: readonly unknown[]) => ({
    id,
    risk,
    offers,
    undo: { kind: 'irreversible', why: 'gone' },
  });
  const catalogue = {
    actions: [
      action('docker.remove', 'destructive', [offer('container', 'Remove', true)]),
      action('docker.stop', 'disruptive', [
        offer('container', 'Stop', true),
        offer('session', 'Stop', true),
      ]),
      action('docker.start', 'reversible', [offer('container', 'Start', false)]),
      { ...action('redis.flush', 'destructive', []), offers: undefined },
    ],
  } as unknown as Pick<Catalogue, 'actions'>;
  const row: ActedRow = {
    kind: 'container',
    id: 'a',
    name: 'falcon-redis',
    project: null,
    service: null,
    state: 'running',
  };
  expect(offersOf(catalogue, row).map(({ title }) => title)).toEqual([
    'Stop falcon-redis',
    'Remove falcon-redis',
  ]);
});
