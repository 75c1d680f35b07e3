/** Calls `work` for `durationMs`, asking the time every `batch` calls. @returns calls per second */
export function perSecond(durationMs: number, batch: number, work: () => void): number {
  const startedAt = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    for (let index = 0; index < batch; index++) work();
    count += batch;
    elapsedMs = performance.now() - startedAt;
  }
  return (1_000 * count) / elapsedMs;
}
