import { useRef } from 'react';

/** The value of before while the new one says the same: what rests on it is not drawn again. */
export function useSteady<T>(value: T): T {
  const kept = useRef<{ readonly value: T; readonly said: string } | null>(null);
  if (kept.current?.value === value) return value;
  const said = JSON.stringify(value);
  if (kept.current?.said === said) return kept.current.value;
  kept.current = { value, said };
  return value;
}
