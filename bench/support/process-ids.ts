/** Distinct ids of processes, the same in every run: UUIDs that count up from `first`. */
export function processIds(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = (first + index).toString(16).padStart(12, '0');
    return `53060f52-f146-4c12-a234-${number}`;
  });
}
