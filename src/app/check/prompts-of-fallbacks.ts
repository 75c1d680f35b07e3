import type { ConfiguredFunction } from "../config/types.ts";

/** A prompt that the configuration names. */
export interface NamedPrompt {
  readonly functionName: string;
  readonly bucket: string;
  readonly key: string;
}

/** The files that `fallbackActions` play, wherever they stand in their parameters. */
export function promptsOfFallbacks(functions: readonly ConfiguredFunction[]): readonly NamedPrompt[] {
  return functions.flatMap(({ name, fallbackActions = [] }) =>
    fallbackActions.flatMap(({ Parameters: parameters }) =>
      sourcesIn(parameters).map((source) => ({ functionName: name, ...source })),
    ),
  );
}

/** Audio sources of S3 in a value of JSON. */
function sourcesIn(value: unknown): readonly { readonly bucket: string; readonly key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const { Type: type, BucketName: bucket, Key: key } = value as Readonly<Record<string, unknown>>;
  if (type === "S3" && typeof bucket === "string" && typeof key === "string") return [{ bucket, key }];
  return Object.values(value).flatMap(sourcesIn);
}
