import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/kernel/index.ts";

/** The shell of somebody who reads a page, on a machine of their own: its network has only the addresses of the pages, and what is written to
 * its /etc and /var/lib is gone with it. */
export interface PageShell {
  /** Where the reader is at first. */
  readonly folder: string;
  /** Runs a line; folder and variables stay as it leaves them. A server that it starts goes on.
   * @returns its exit status and all that it printed */
  run(line: string): Promise<{ readonly status: number; readonly said: string }>;
  close(): void;
}

/** Addresses of documentation that pages give to this machine, its carriers and its neighbours. */
const addresses = ["192.0.2.1", "192.0.2.10"];

/** Why there can be none; undefined when there can. */
export function whyNoPageShell(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, for a network and folders of its own";
  const { status, stderr } = spawnSync("unshare", ["--mount", "--net", "true"], { encoding: "utf8" });
  return status === 0 ? undefined : `the system allows no namespaces: ${stderr}`;
}

/** Opens it in a new folder.
 * @param files by path; those that do not begin with "/" are in the folder */
export function openPageShell(files: Readonly<Record<string, string>>): PageShell {
  const place = mkdtempSync(join(tmpdir(), "offhook-page-"));
  // The user of the service reads the command too.
  chmodSync(place, 0o755);
  const folder = join(place, "home");
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) writeFile(join(folder, path), text);
  writeFile(join(place, "begin.sh"), beginning(place));
  const { NODE_TEST_CONTEXT: _ours, NODE_OPTIONS: _theirs, ...environment } = process.env;
  const shell = spawn("unshare", ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash"], {
    cwd: folder,
    env: { ...environment, HOME: folder, NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const nextStatus = statusesOf(shell);
  const run = async (line: string) => {
    writeFileSync(join(place, "line.sh"), `${line}\n`);
    shell.stdin.write(`. ${place}/line.sh </dev/null >${place}/said 2>&1; echo "status $?"\n`);
    return { status: await nextStatus(), said: readFileSync(join(place, "said"), "utf8") };
  };
  const began = run(`. ${place}/begin.sh`);
  began.catch(() => undefined); // Nobody asks, where it is closed before.
  return {
    folder,
    async run(line) {
      const { status, said } = await began;
      return status === 0 ? run(line) : { status, said };
    },
    close() {
      shell.kill("SIGKILL");
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** The command is installed as README.md says; $clone is where the repository is. `dev` and `serve` would hold the shell: they go on beside it. */
function beginning(place: string): string {
  return `
mount -t tmpfs none /mnt && mkdir /mnt/etc /mnt/lib /mnt/etc-work /mnt/lib-work &&
mount -t overlay none -o lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/etc-work /etc &&
mount -t overlay none -o lowerdir=/var/lib,upperdir=/mnt/lib,workdir=/mnt/lib-work /var/lib &&
ip link set lo up && ${addresses.map((address) => `ip address add ${address}/32 dev lo`).join(" && ")} || return
# Where the user of the service may read them, wherever they are.
clone=${place}/clone node=${place}/node
mkdir $clone $node && mount --bind ${packageRoot()} $clone && mount --bind ${dirname(process.execPath)} $node || return
export PATH=${place}/bin:$node:$PATH
(cd $clone && npm install --global --prefix ${place} . --no-audit --no-fund --loglevel error) || return
sudo() {
  [ "$1" = -u ] || { "$@"; return; }
  setpriv --reuid "$2" --regid "$2" --clear-groups "\${@:3}"
}
offhook() {
  case "$1" in
  dev | serve)
    [ "$running" = "$*" ] && kill -0 $server 2>/dev/null && return
    [ -z "$server" ] || { kill $server; wait $server; }
    running=$*
    rm -f ${place}/server.log
    $as_user ${place}/bin/offhook "$@" >${place}/server.log 2>&1 &
    server=$!
    until grep -qsE 'Offhook is ready|"ready"' ${place}/server.log; do
      kill -0 $server 2>/dev/null || { cat ${place}/server.log; return 1; }
      sleep 0.1
    done
    cat ${place}/server.log ;;
  *) command offhook "$@" ;;
  esac
}
`;
}

function statusesOf(shell: ChildProcess): () => Promise<number> {
  const waiting: ((status: number) => void)[] = [];
  const lines = createInterface({ input: shell.stdout as NodeJS.ReadableStream });
  lines.on("line", (line) => waiting.shift()?.(Number(/^status (\d+)$/.exec(line)?.[1] ?? 1)));
  lines.on("close", () => waiting.splice(0).forEach((give) => give(-1)));
  return () => new Promise((resolve) => waiting.push(resolve));
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
