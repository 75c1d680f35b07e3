/** Asks for something that a test waits for. A file that was listed and is gone when it is read, since it was moved to its place meanwhile, and one that is
 * half written are not there yet: undefined. */
export async function ask<T>(look: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const isNotYet = error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isNotYet) return undefined;
    throw error;
  }
}
