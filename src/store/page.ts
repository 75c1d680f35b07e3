/** One page of a listing, in order of creation. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Opaque; undefined at the end. */
  readonly nextToken: string | undefined;
}

export interface PageRequest {
  readonly limit: number;
  readonly token: string | undefined;
}
