import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

/** Sees to it that no function outlives the server, even one in an endless loop under a server that was killed. */
export interface ProcessGuard {
  /** A process that leads a process group was started. */
  add(pid: number): void;
  /** It is gone. */
  remove(pid: number): void;
  /** Ends the guard itself; resolves when it is gone. */
  close(): Promise<void>;
}

/** Keeps the list told on its standard input; when that breaks off, ends every group still on it. */
const script = `
while read -r what pid; do
  if [ "$what" = add ]; then set -- "$@" "$pid"; continue; fi
  left=$#
  while [ "$left" -gt 0 ]; do
    one=$1; shift; left=$((left - 1))
    [ "$one" = "$pid" ] || set -- "$@" "$one"
  done
done
for pid do kill -s KILL -- "-$pid" 2>/dev/null; done
`;

/** Makes a guard: a shell of about 1 MB, started with the first process and shared by all. The bootstrap ends itself when
 * its server is gone, but not while the function's code never returns; a watching thread in each process would cure that
 * too, for 10 MB and 27 ms of processor time each. On Windows there is no guard. */
export function createProcessGuard(): ProcessGuard {
  let shell: ChildProcess | undefined;

  const tell = (line: string): void => {
    if (process.platform === "win32") return;
    shell ??= startShell();
    shell.stdin?.write(`${line}\n`);
  };

  return {
    add: (pid) => tell(`add ${pid}`),
    remove: (pid) => tell(`remove ${pid}`),
    async close() {
      const ending = shell;
      if (ending === undefined || ending.exitCode !== null || ending.pid === undefined) return;
      await new Promise<void>((resolve) => {
        ending.ref();
        ending.once("exit", () => resolve());
        ending.stdin?.end();
      });
    },
  };
}

function startShell(): ChildProcess {
  // A group of its own: Ctrl-C at the server must not end it before the functions.
  const shell = spawn("/bin/sh", ["-c", script], { detached: true, env: {}, stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  // Without a shell the functions still run; only the guard is missing.
  shell.on("error", () => undefined);
  const stdin = shell.stdin as (Writable & { unref?: () => void }) | null;
  stdin?.on("error", () => undefined);
  stdin?.unref?.();
  return shell;
}
