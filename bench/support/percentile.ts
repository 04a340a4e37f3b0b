/** A percentile of values by its share, from 0 to 1: `percentileOf(times, 0.99)` is the 99th. Throws without values. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('expected at least one value');
  return value;
}
