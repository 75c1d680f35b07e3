/** Most sets of labels of one metric; what comes beyond counts under "other". */
const mostSets = 500;
const longestLabel = 128;

/** Something for each set of labels, made with its first use. */
export class LabelSets<Value> {
  readonly #make: () => Value;
  readonly #sets = new Map<string, { readonly labels: readonly string[]; readonly value: Value }>();

  constructor(make: () => Value) {
    this.#make = make;
  }

  of(...labels: readonly string[]): Value {
    const key = labels.join("\n");
    const known = this.#sets.get(key);
    if (known !== undefined) return known.value;
    if (this.#sets.size >= mostSets) return this.#get(labels.map(() => "other"));
    return this.#get(labels.map((label) => label.slice(0, longestLabel)));
  }

  entries(): readonly { readonly labels: readonly string[]; readonly value: Value }[] {
    return [...this.#sets.values()];
  }

  #get(labels: readonly string[]): Value {
    const key = labels.join("\n");
    const known = this.#sets.get(key);
    if (known !== undefined) return known.value;
    const made = { labels, value: this.#make() };
    this.#sets.set(key, made);
    return made.value;
  }
}

/** A number that grows. */
export interface Count {
  total: number;
}

/** Makes counts by labels. */
export function createCounts(): LabelSets<Count> {
  return new LabelSets<Count>(() => ({ total: 0 }));
}
