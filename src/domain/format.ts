import { formatAge } from './duration.ts';
import type { SignalReading } from './signal.ts';

/** `412M`, `1.2G`, `96K`: binary units, three digits at most. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)}${units[unit]}`;
}

/** `12 %`, `6.1 %`: one decimal below ten. */
export function formatFraction(fraction: number): string {
  const percent = fraction * 100;
  return `${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

/** `1.42 s`, `12 ms`. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 60) return formatAge(seconds * 1000);
  return seconds >= 1 ? `${seconds.toFixed(2)} s` : `${Math.round(seconds * 1000)} ms`;
}

/** A signal's value in its unit; `–` while unknown. */
export function formatSignal(reading: Pick<SignalReading, 'value' | 'unit'>): string {
  const { value, unit } = reading;
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'fraction':
      return formatFraction(value);
    case 'perSecond':
      return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} /s`;
    case 'bytes':
      return formatBytes(value);
    default:
      // An index between 0 and 1 is judged by its second digit.
      if (Number.isInteger(value)) return String(value);
      return value.toFixed(Math.abs(value) < 1 ? 2 : 1);
  }
}
