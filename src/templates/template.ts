import Mustache from 'mustache';
import { sanitize, sanitizeLine } from '../domain/sanitize.ts';
import type { Scope } from '../domain/scope.ts';
import { applyFilter, valueText } from './template-values.ts';

/** Longer results are cut: they stand on one or two lines of a terminal. */
const MAX_RENDERED_LENGTH = 1000;
/** A message to people, all its lines. */
const MAX_MESSAGE_LENGTH = 8000;

/** A tag's name and filter: `usedMemory | bytes`. */
function splitTag(tag: string): { readonly path: readonly string[]; readonly filter: string } {
  const [name = '', filter = ''] = tag.split('|').map((part) => part.trim());
  return { path: name === '.' ? [] : name.split('.'), filter };
}

function follow(start: unknown, path: readonly string[]): unknown {
  let here = start;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return typeof here === 'function' ? undefined : here;
}

/** Looks up own properties only, and never calls what it finds. */
class ScopeContext extends Mustache.Context {
  readonly #view: unknown;
  readonly #parent: ScopeContext | undefined;

  constructor(view: unknown, parent?: ScopeContext) {
    super(view, parent);
    this.#view = view;
    this.#parent = parent;
  }

  override push(view: unknown): ScopeContext {
    return new ScopeContext(view, this);
  }

  override lookup(tag: string): unknown {
    const { path, filter } = splitTag(tag);
    const value = this.#find(path);
    return filter === '' ? value : applyFilter(filter, value);
  }

  #find(path: readonly string[]): unknown {
    const value = follow(this.#view, path);
    if (value !== undefined || path.length === 0 || this.#parent === undefined) return value;
    return this.#parent.#find(path);
  }
}

/** Escapes nothing; each value passes what its use asks for. */
class TextWriter extends Mustache.Writer {
  readonly #told: (text: string) => string;

  constructor(told: (text: string) => string) {
    super();
    this.#told = told;
  }

  override escapedValue(token: string[], context: Mustache.Context): string {
    return this.#told(valueText(context.lookup(token[1] ?? '')));
  }

  override unescapedValue(token: string[], context: Mustache.Context): string {
    return this.#told(valueText(context.lookup(token[1] ?? '')));
  }
}

/** For texts that go to a terminal: all of the result passes the sanitizer there. */
const writer = new TextWriter((text) => text);
/** For what a probe or an action is given: the file's own text stays as it was written. */
const exactWriter = new TextWriter(sanitizeLine);

/** The scope as templates see it: the fields of `result` also stand without their prefix. */
function viewOf(scope: Scope): Record<string, unknown> {
  const result = scope.result;
  const fields = typeof result === 'object' && result !== null ? result : {};
  const { signals = {}, steps = {}, inputs = {}, run = {} } = scope;
  return { ...fields, result, signals, steps, inputs, run };
}

/**
 * Fills a mustache template: `{{state}}`, `{{result.usedMemory | bytes}}`, `{{#oomKilled}}…`.
 * Unknown names are empty. Never throws; the result is one sanitized line, cut to a bound.
 */
export function renderText(template: string, scope: Scope): string {
  return cut(sanitizeLine(filled(template, scope)), MAX_RENDERED_LENGTH);
}

/** As `renderText`, for a message of several lines. */
export function renderMessage(template: string, scope: Scope): string {
  return cut(sanitize(filled(template, scope)).trim(), MAX_MESSAGE_LENGTH);
}

function filled(template: string, scope: Scope, by = writer): string {
  try {
    if (template.includes('{{')) return by.render(template, new ScopeContext(viewOf(scope)));
  } catch {
    // A template that cannot be filled is shown as it was written: the operator still reads it.
  }
  return template;
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/**
 * Fills every text of a probe's or action's `with`. A text that is one tag and nothing else gives the
 * value itself, so that numbers stay numbers. Nothing is cut and no line is joined to the next: a query
 * that lost its end, or stands behind a comment, is another one. Never throws.
 */
export function renderValues(
  input: Readonly<Record<string, unknown>>,
  scope: Scope,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, renderValue(value, scope)]),
  );
}

function renderValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return renderScalar(value, scope);
  if (Array.isArray(value)) return value.map((item) => renderValue(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return renderValues(value as Record<string, unknown>, scope);
}

function renderScalar(text: string, scope: Scope): unknown {
  const tag = /^\{\{([^{}#^/>!&=|]+)\}\}$/.exec(text)?.[1];
  if (tag === undefined) return filled(text, scope, exactWriter);
  try {
    const value = new ScopeContext(viewOf(scope)).lookup(tag.trim());
    return typeof value === 'number' || typeof value === 'boolean' ? value : valueText(value);
  } catch {
    return '';
  }
}
