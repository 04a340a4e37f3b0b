/** The label of all values that have none of their own. */
const OTHER = 'other';

/** Bounds how many values a label of a metric has, where they come from outside: the first ones, and `other`. */
export class BoundedLabels {
  readonly #max: number;
  readonly #labels = new Map<string, string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The label of a value. `write` returns how a value is written, and is called once for each that has a label. */
  labelOf(value: string, write = (text: string): string => text): string {
    const known = this.#labels.get(value);
    if (known !== undefined) return known;
    if (this.#labels.size >= this.#max) return OTHER;
    const label = write(value);
    this.#labels.set(value, label);
    return label;
  }
}
