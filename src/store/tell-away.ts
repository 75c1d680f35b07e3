import { AppError, errorCode, errorMessage } from "../kernel/index.ts";

/** The outcome of some work of a database. What says that it takes nothing now becomes `STORE_AWAY`, with that as its cause; other failures stay as they are. */
export async function tellAway<Out>(work: Promise<Out>, isAway: (error: unknown) => boolean): Promise<Out> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError || !isAway(error)) throw error;
    const why = errorMessage(error) || errorCode(error) || "nobody answers";
    throw new AppError("STORE_AWAY", why, { cause: error, retry: "later" });
  }
}
