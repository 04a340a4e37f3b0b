/** Repeated measurements of one thing: the middle one, and how far apart they are. */
export type Spread = { median: number; least: number; most: number };

/** The middle value: one round that something else disturbed does not move it. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined) throw new Error('expected at least one value');
  return (low + high) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: medianOf(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Three digits that count, such as `0.0123`, `1.23`, `123` and `12,300`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** Such as `123 µs (118 to 131)`. */
export function formatSpread({ median, least, most }: Spread, unit = ''): string {
  const suffix = unit === '' ? '' : ` ${unit}`;
  return `${formatNumber(median)}${suffix} (${formatNumber(least)} to ${formatNumber(most)})`;
}
