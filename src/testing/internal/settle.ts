/** What `work` becomes, for which time has to pass.
 * @param pass lets some of it pass; called again and again until the work is done */
export async function settle<Value>(work: Promise<Value>, pass: () => void): Promise<Value> {
  let isSettled = false;
  void work.finally(() => (isSettled = true)).catch(() => undefined);
  while (!isSettled) {
    pass();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return work;
}
