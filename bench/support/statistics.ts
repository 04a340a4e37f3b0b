/** Repeated measurements of one figure: the median, the minimum and the maximum. */
export type Spread = { median: number; min: number; max: number };

/** The middle value, which a single disturbed round does not change. Throws without values. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined) throw new Error('expected at least one value');
  return (low + high) / 2;
}

/** The spread of measurements. Throws without values. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: medianOf(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Formats a number with three significant digits, such as `0.0123`, `1.23`, `123` and `12,300`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** Formats a spread, such as `123 µs (118 to 131)`: the median, and the minimum to the maximum. */
export function formatSpread({ median, min, max }: Spread, unit = ''): string {
  const suffix = unit === '' ? '' : ` ${unit}`;
  return `${formatNumber(median)}${suffix} (${formatNumber(min)} to ${formatNumber(max)})`;
}
