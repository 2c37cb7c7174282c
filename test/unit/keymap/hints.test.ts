import { describe, expect, test } from 'vitest';
import type { KeyContext } from '../../../src/keymap/binding.ts';
import { actHint } from '../../../src/keymap/wizard-rules.ts';

const at = (run: Partial<NonNullable<KeyContext['run']>>) =>
  ({ replay: null, run: { phase: 'leaf', kind: 'do', handedTo: null, ...run } }) as KeyContext;

describe('the words for Enter', () => {
  test('are the first of a long title, whole ones', () => {
    expect(actHint(at({ title: 'Restart Redis' }))).toBe('restart redis…');
    const title = 'Give every setting that does not fit its default';
    expect(actHint(at({ title }))).toBe('give every setting that does not…');
    expect(actHint(at({ title: 'Make the workers anew, with 40 connections each' }))).toBe(
      'make the workers anew, with 40…',
    );
  });

  test('are none when the run has ended', () => {
    expect(actHint(at({ phase: 'finished', title: 'Restart Redis' }))).toBe('');
  });
});
