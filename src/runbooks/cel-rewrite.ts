import type { ASTNode } from '@marcbachmann/cel-js';

/** Text put into an expression, with where in the original it went. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** An expression in which every number is a double and no divisor can be zero unnoticed. */
export interface Rewritten {
  readonly text: string;
  /** Offset in the original for an offset in `text`. */
  readonly origin: (offset: number) => number;
}

/** Macros whose arguments are expressions of their own; other calls keep their whole numbers. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

/** Guard wrapped around divisors: it fails on zero instead of answering infinity. */
export const DIVISOR_GUARD = 'nonzero';

/**
 * CEL parts whole numbers from doubles and divides the former without a rest; here every number is a
 * double. Literals get `.0` (but list indices and function arguments), divisors the guard.
 */
export function rewrite(ast: ASTNode): Rewritten {
  const insertions: Insertion[] = [];
  visit(ast, insertions);
  // Stable: what nests inside was noted first, so it stays inside at the same place.
  insertions.sort((a, b) => a.at - b.at);
  let text = '';
  let from = 0;
  for (const insertion of insertions) {
    text += ast.input.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  text += ast.input.slice(from);
  return { text, origin: (offset) => originOf(offset, insertions) };
}

function originOf(offset: number, insertions: readonly Insertion[]): number {
  let shift = 0;
  for (const { at, text } of insertions) {
    if (at + shift >= offset) break;
    shift += Math.min(text.length, offset - at - shift);
  }
  return offset - shift;
}

function visit(node: ASTNode, insertions: Insertion[]): void {
  if (node.op === 'value') {
    const literal = node.input.slice(node.start, node.end);
    if (/^\d+$/.test(literal)) insertions.push({ at: node.end, text: '.0' });
    return;
  }
  const isDivision = node.op === '/' || node.op === '%';
  const divisor = isDivision ? node.args[1] : null;
  if (divisor !== null) insertions.push({ at: divisor.start, text: `${DIVISOR_GUARD}(` });
  for (const part of partsOf(node)) visit(part, insertions);
  if (divisor !== null) insertions.push({ at: divisor.end, text: ')' });
}

/** The sub-expressions whose numbers become doubles. */
function partsOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '[]':
    case '[?]':
      return [node.args[0], ...compound([node.args[1]])];
    case 'call':
      return compound(node.args[1]);
    case 'rcall':
      return [node.args[1], ...(MACROS.has(node.args[0]) ? node.args[2] : compound(node.args[2]))];
    case '!_':
    case '-_':
      return [node.args];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

/** Arguments that are themselves more than a literal. */
function compound(args: readonly ASTNode[]): ASTNode[] {
  return args.filter((argument) => argument.op !== 'value');
}
