import { AppError } from "../kernel/index.ts";

/** What `work` gives, unless the start is given up before. */
export async function unless<T>(givenUp: Promise<unknown> | undefined, work: Promise<T>): Promise<T> {
  if (givenUp === undefined) return work;
  const stop = givenUp.then((): never => {
    throw new AppError("APP_START_GIVEN_UP", "The start was given up.");
  });
  work.catch(() => undefined); // Nobody else may be there to hear of it.
  return Promise.race([work, stop]);
}
