import { modelOf } from "./model.ts";

/** The operations that roles name, with or without `chime:` before them. */
export function operationNames(): readonly string[] {
  return (["voice", "meetings"] as const).flatMap((service) => modelOf(service).operations.map(({ name }) => name));
}
