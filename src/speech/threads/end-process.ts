/** Ends a process that leads a group, with all that it has started. One that has ended already stays so.
 * @param processId of a process that was started as the leader of a group (`detached`) */
export function endProcess(processId: number): void {
  try {
    // Windows has no groups.
    process.kill(process.platform === "win32" ? processId : -processId, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
