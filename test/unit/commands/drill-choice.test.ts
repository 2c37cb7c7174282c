import { describe, expect, it } from 'vitest';
import { chosenDrills } from '../../../src/commands/drill.ts';
import type { Drill } from '../../../src/drills/drill.ts';
import { keptOutput } from './output.ts';

const drill = (id: string, unasked = false) => ({ id, unasked }) as Drill;
const drills = [drill('x/one'), drill('x/silent', true), drill('x/two')];

function chosen(given: { ids?: readonly string[]; all?: boolean; random?: boolean }, chance = 0) {
  const output = keptOutput(false);
  const wanted = { ids: [], all: false, random: false, ...given };
  const found = chosenDrills(drills, wanted, () => chance, output);
  return { ids: found?.map(({ id }) => id) ?? null, notes: output.notes.join(' ') };
}

describe('which drills are run', () => {
  it('are those that are named, every one, or one by chance that an alert tells of', () => {
    expect(chosen({ ids: ['x/two'] }).ids).toEqual(['x/two']);
    expect(chosen({ all: true }).ids).toEqual(['x/one', 'x/silent', 'x/two']);
    expect(chosen({ random: true }).ids).toEqual(['x/one']);
    expect(chosen({ random: true }, 0.999).ids).toEqual(['x/two']);
  });

  it('are none where two ways are said at once, or nothing', () => {
    expect(chosen({ all: true, random: true })).toMatchObject({
      ids: null,
      notes: expect.stringContaining('one of'),
    });
    expect(chosen({ ids: ['x/one'], all: true }).ids).toBeNull();
    expect(chosen({}).notes).toContain('--random');
    expect(chosen({ ids: ['x/twu'] }).notes).toContain('did you mean `x/two`');
  });
});
