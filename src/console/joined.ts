/**
 * Makes rows of several parts. A row keeps its identity as long as every part does, which is what
 * spares it from being drawn again. The first part is the one the row is about; it alone keeps the row.
 */
export function joined<First extends object, Rest extends readonly unknown[], Row extends object>(
  make: (first: First, ...rest: Rest) => Row,
): (first: First, ...rest: Rest) => Row {
  const kept = new WeakMap<First, { readonly rest: Rest; readonly row: Row }>();
  return (first, ...rest) => {
    const before = kept.get(first);
    if (before !== undefined && rest.every((part, index) => part === before.rest[index])) {
      return before.row;
    }
    const row = make(first, ...rest);
    kept.set(first, { rest, row });
    return row;
  };
}
