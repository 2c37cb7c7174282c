import { describe, expect, test } from 'vitest';
import { paletteEntries } from '../../../src/console/palette.ts';
import { rowIds } from '../../../src/console/table.ts';
import { regionHealth, regionsTable } from '../../../src/console/tables/regions.ts';
import { healthy } from '../../fixtures/live.ts';
import { standing, threeRegions, withRegions } from '../../fixtures/regions.ts';
import { alarmedBoard, quietBoard } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

/** A desk of which the region is called as the first of three. */
function desk(change: Parameters<typeof openDesk>[0] = {}) {
  const gone: string[] = [];
  const here = { ...healthy, region: { name: 'us-ashburn', system: 'falcon' } };
  const opened = openDesk({ live: withRegions(here), board: quietBoard, ...change });
  opened.ports.goTo = (name) => gone.push(name);
  return { ...opened, gone };
}

describe('going to another region', () => {
  test('0 opens the list on this region, Enter goes to the chosen one', async () => {
    const { gone, press, session } = desk();
    await press('0');
    expect(session()).toMatchObject({ focus: 'regions', selection: { regions: 'us-ashburn' } });
    await press('enter');
    expect(gone).toEqual([]);
    expect(session()).toMatchObject({ screen: 'overview', focus: 'containers', places: [] });
    await press('0', 'g', 'enter');
    expect(gone).toEqual(['eu-fsn']);
  });

  test('d tells everything of a region, and goes nowhere', async () => {
    const { gone, press, session } = desk();
    await press('0', 'g');
    expect(session().screen).toBe('overview');
    await press(':', ...'regions', 'enter', 'd');
    expect(session()).toMatchObject({
      screen: 'detail',
      detail: { panel: 'regions', id: 'eu-fsn' },
    });
    expect(gone).toEqual([]);
  });

  test('the palette goes to a region by its name', async () => {
    const { gone, press, ports, session } = desk();
    const words = paletteEntries(ports, session(), 'region').map(({ word }) => word);
    expect(words).toEqual(
      expect.arrayContaining(['region us-ashburn', 'region eu-fsn', 'region in-mumbai']),
    );
    await press(':', ...'region eu', 'enter');
    expect(gone).toEqual(['eu-fsn']);
  });

  test('with a run under way it asks first', async () => {
    const { gone, press, pressSeen, top } = desk({ board: alarmedBoard });
    await press('r');
    await press(':', ...'region eu', 'enter');
    expect(gone).toEqual([]);
    expect(top()).toMatchObject({ kind: 'leave', to: 'eu-fsn' });
    await pressSeen('ctrl+l', 'escape');
    expect(top()).toBeNull();
    await press(':', ...'region eu', 'enter');
    await pressSeen('ctrl+l', 'y');
    expect(gone).toEqual(['eu-fsn']);
    expect(top()).toBeNull();
  });

  test('where one region is open, 0 says so', async () => {
    const { press, session } = openDesk({ live: healthy });
    await press('0');
    expect(session().toast?.text).toMatch(/^one region is open/);
  });
});

describe('the list of regions', () => {
  test('stands worst first', () => {
    const live = withRegions(healthy);
    const ids = rowIds(regionsTable, live, { filter: '', sort: null });
    expect(ids.at(-1)).toBe('us-ashburn');
    expect(threeRegions.map(regionHealth)).toEqual(['ok', 'critical', 'critical']);
    const pending = { name: 'A', severity: 'P2', firing: false, summary: '', since: 0 } as const;
    expect(regionHealth(standing('x', { worst: pending }))).toBe('warning');
    expect(regionHealth(standing('x', { reach: 'partly' }))).toBe('warning');
    expect(regionHealth(standing('x', { reach: 'connecting' }))).toBe('unknown');
  });
});
