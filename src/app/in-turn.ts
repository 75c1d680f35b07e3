/** Makes what does one thing after the other, each as it was asked for: the outcome of an older one is never the last. */
export function createTurns(): <Out>(work: () => Promise<Out>) => Promise<Out> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
