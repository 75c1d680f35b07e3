import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { errorMessage, newId, type Logger } from "../../kernel/index.ts";
import { findMarked } from "./started-processes.ts";

/** Makes sure that no function, and nothing that it started, outlives the server, even if it is in an endless loop and the server was killed. */
export interface ProcessGuard {
  /** A text in the environment of a process, by which the processes that it starts are recognised. */
  newMark(): string;
  /** A process that leads a process group was started. */
  add(pid: number): void;
  /** It is gone. */
  remove(pid: number): void;
  /** Ends these processes and all that bear `mark`, however they detached themselves. What cannot be ended is named in the log. */
  endStarted(mark: string, orphans: readonly number[], functionName: string): Promise<void>;
  /** Ends whatever is left, then the guard itself; resolves when it is gone. */
  close(): Promise<void>;
}

/** A shell script. It keeps the list of process groups that it reads from standard input. When that closes, it ends every group on the list, what
 * their processes have started, and all processes with the server's mark, which is the name of the script. */
const script = `
while read -r what pid; do
  if [ "$what" = add ]; then set -- "$@" "$pid"; continue; fi
  left=$#
  while [ "$left" -gt 0 ]; do
    one=$1; shift; left=$((left - 1))
    [ "$one" = "$pid" ] || set -- "$@" "$one"
  done
done
started() { for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do echo "$child"; started "$child"; done; }
strays=
for pid do strays="$strays $(started "$pid")"; done
for pid do kill -s KILL -- "-$pid" 2>/dev/null; done
for file in $(grep -lsaF -- "$0" /proc/[0-9]*/environ 2>/dev/null); do file=\${file%/environ}; strays="$strays \${file#/proc/}"; done
for pid in $strays; do kill -s KILL "$pid" 2>/dev/null; done
`;

/** Makes a guard: a shell of about 1 MB, started with the first process and shared by all. The bootstrap ends itself when
 * its server is gone, but not while the function's code never returns; a watching thread in each process would cure that
 * too, for 10 MB and 27 ms of processor time each. On Windows there is no guard. */
export function createProcessGuard(log: Logger): ProcessGuard {
  const serverMark = newId();
  let shell: ChildProcess | undefined;
  let marks = 0;

  const tell = (line: string): void => {
    if (process.platform === "win32") return;
    shell ??= startShell(serverMark);
    shell.stdin?.write(`${line}\n`);
  };
  const endStarted: ProcessGuard["endStarted"] = async (mark, strays, functionName) => {
    if (process.platform !== "linux") return;
    const end = (pid: number): void => {
      const why = endProcess(pid);
      if (why === undefined) return;
      const text = `function ${functionName} started process ${pid}, which cannot be ended and stays: ${why}`;
      log.warn({ function: functionName, pid }, text);
    };
    strays.forEach(end);
    (await findMarked(mark)).forEach(end);
  };

  return {
    newMark: () => `${serverMark}.${++marks}.`,
    add: (pid) => tell(`add ${pid}`),
    remove: (pid) => tell(`remove ${pid}`),
    endStarted,
    async close() {
      if (marks > 0) await endStarted(serverMark, [], "(any)");
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

/** Why it still runs; undefined when it does not. */
function endProcess(pid: number): string | undefined {
  try {
    process.kill(pid, "SIGKILL");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? undefined : errorMessage(error);
  }
}

function startShell(serverMark: string): ChildProcess {
  // A group of its own: Ctrl-C at the server must not end it before the functions.
  const shell = spawn("/bin/sh", ["-c", script, serverMark], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  // Without a shell the functions still run; only the guard is missing.
  shell.on("error", () => undefined);
  const stdin = shell.stdin as (Writable & { unref?: () => void }) | null;
  stdin?.on("error", () => undefined);
  stdin?.unref?.();
  return shell;
}
