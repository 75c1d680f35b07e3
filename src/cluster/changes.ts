/** Finds out that another node has changed records which this one knows by heart, by what each tells of itself each second: nobody asks the database for it. */
export interface Changes {
  /** This node has changed some. */
  note(): void;
  /** How often, for the others. */
  count(): number;
  /** Whether the others have changed some since this was asked last; the first time, and when one has come or gone, they may have. */
  areNew(others: readonly { readonly id: string; readonly changes: number | undefined }[]): boolean;
  /** What is new could not be read: it is new the next time too. */
  forget(): void;
}

/** Makes it. */
export function createChanges(): Changes {
  let own = 0;
  let known: string | undefined;
  return {
    note: () => void own++,
    count: () => own,
    areNew(others) {
      const inOrder = others.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const now = JSON.stringify(inOrder.map(({ id, changes = 0 }) => [id, changes]));
      const areNew = now !== known;
      known = now;
      return areNew;
    },
    forget: () => (known = undefined),
  };
}
