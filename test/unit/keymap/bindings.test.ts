import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/keymap/binding.ts';
import { bindings, bindingsOf } from '../../../src/keymap/bindings.ts';

const scopes = [...new Set(bindings.map(({ scope }) => scope))];
const screens: readonly Scope[] = ['overview', 'panel', 'detail', 'logs', 'wizard', 'incident'];

describe('the key table', () => {
  test.each(scopes)('%s binds no key twice', (scope) => {
    const keys = bindingsOf([scope]).flatMap((binding) => binding.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test.each(screens)('%s hides no global key', (screen) => {
    const own = bindingsOf([screen]).flatMap((binding) => binding.keys);
    const everywhere = bindingsOf(['global', 'always']).flatMap((binding) => binding.keys);
    expect(everywhere.filter((key) => own.includes(key))).toEqual([]);
  });

  test('every binding has a title, an id of its own in its scope, and a key', () => {
    for (const scope of scopes) {
      const ids = bindingsOf([scope]).map(({ id }) => id);
      expect(new Set(ids).size, scope).toBe(ids.length);
    }
    for (const binding of bindings) {
      expect(binding.title, binding.id).not.toBe('');
      expect(binding.keys.length, binding.id).toBeGreaterThan(0);
    }
  });

  test('nothing that changes anything is on a control letter', () => {
    const control = bindings.filter(({ keys }) => keys.some((key) => key.startsWith('ctrl+')));
    expect(control.map(({ id }) => id)).toEqual(['interrupt', 'redraw']);
  });

  test('every screen and dialog has a way out', () => {
    for (const scope of scopes.filter((s) => !['always', 'global', 'replay'].includes(s))) {
      const keys = bindingsOf([scope]).flatMap((binding) => binding.keys);
      expect(keys, scope).toContain('escape');
    }
  });
});
