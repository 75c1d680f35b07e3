import { compatibilityPositions, type CompatibilitySwitches } from "../../call/index.ts";
import type { SceneOptions } from "./types.ts";

/** A position of a switch in which a scene failed. */
export interface FailedWay {
  readonly name: keyof CompatibilitySwitches;
  readonly position: unknown;
  readonly error: unknown;
}

/** Plays a scene with all switches of `compatibility` as they are by default, then once more for each further position of each, since nobody
 * knows in which the service that a function comes from stands.
 * @param scene gets the options that its calls begin with
 * @throws the scene's own error when it fails by default; else AggregateError, whose message names the positions in which it fails */
export async function eachWay(
  scene: (options: Pick<SceneOptions, "compatibility">) => Promise<unknown>,
): Promise<void> {
  await scene({});
  const failed: FailedWay[] = [];
  for (const [name, [, ...others]] of Object.entries(compatibilityPositions)) {
    for (const position of others) {
      const error = await scene({ compatibility: { [name]: position } }).then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      );
      if (error !== undefined)
        failed.push({ name: name as keyof CompatibilitySwitches, position, error: error.reason });
    }
  }
  if (failed.length === 0) return;
  const ways = failed.map(({ name, position, error }) => {
    const [first] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `${name}: ${JSON.stringify(position)}: ${first}`;
  });
  throw new AggregateError(
    failed.map(({ error }) => error),
    `the scene goes by default, and fails with\n  ${ways.join("\n  ")}`,
  );
}
