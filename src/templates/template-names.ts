import Mustache from 'mustache';

/** A name a template asks for. */
export interface TemplateName {
  readonly path: readonly string[];
  readonly filter: string | null;
  /** Where its tag begins in the template, from 0. */
  readonly offset: number;
  /** True inside a section, where a name may belong to what the section opened. */
  readonly nested: boolean;
}

export type TemplateCheck =
  | { readonly ok: readonly TemplateName[] }
  | { readonly error: { readonly message: string; readonly offset: number } };

type Token = readonly [
  type: string,
  value: string,
  start: number,
  end: number,
  inner?: readonly Token[],
];

/** Reads a template without filling it: the names it needs, or what is wrong with it. */
export function checkTemplate(template: string): TemplateCheck {
  if (!template.includes('{{')) return { ok: [] };
  try {
    const names: TemplateName[] = [];
    collect(new Mustache.Writer().parse(template) as unknown as readonly Token[], false, names);
    return { ok: names };
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const offset = Number(/(?: at:? )(\d+)$/.exec(text)?.[1] ?? 0);
    const message = text.replace(/(?: at:? )\d+$/, '').toLowerCase();
    return { error: { message, offset: Math.min(offset, template.length) } };
  }
}

/** Tags that name a value: plain, unescaped twice, section, inverted section. */
const NAMING = new Set(['name', '&', '{', '#', '^']);

function collect(tokens: readonly Token[], nested: boolean, names: TemplateName[]): void {
  for (const [type, value, offset, , inner] of tokens) {
    if (NAMING.has(type)) {
      const [name = '', filter = null] = value.split('|').map((part) => part.trim());
      if (name !== '.') names.push({ path: name.split('.'), filter, offset, nested });
    }
    if (type === '>') throw new Error(`partials are not known here: ${value} at ${offset}`);
    if (Array.isArray(inner)) collect(inner, nested || type === '#', names);
  }
}
