import type { TextEdit } from '../keymap/resolve.ts';

/** The longest text a field takes. */
const TEXT_LENGTH_MAX = 500;

/** A text after one edit at its end. */
export function edited(text: string, edit: TextEdit): string {
  switch (edit.kind) {
    case 'insert':
      return (text + edit.text).slice(0, TEXT_LENGTH_MAX);
    case 'delete':
      return [...text].slice(0, -1).join('');
    case 'clear':
      return '';
  }
}
