/** Calls `work` until this process has used `usedMs` of processor time, looking every `batch` calls. Other work of the machine takes nothing from
 * it. @returns calls per second of processor time */
export function perSecond(usedMs: number, batch: number, work: () => void): number {
  const start = process.cpuUsage();
  for (let count = 0; ;) {
    for (let index = 0; index < batch; index++) work();
    count += batch;
    const { user, system } = process.cpuUsage(start);
    if (user + system >= 1_000 * usedMs) return (1e6 * count) / (user + system);
  }
}
