import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A PostgreSQL of this machine's packages, in a folder and on a socket of its own, without care for a crash of the machine. */
export interface PostgresCluster {
  createDatabase(name: string): Promise<void>;
  urlOf(database: string): string;
  /** Of its first process; those of connections are its children. */
  processId(): number;
  /** It answers nobody, and keeps what it has, until it is started again. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, with all that it has. */
  remove(): Promise<void>;
}

const user = "offhook";
const settings = [
  ...["listen_addresses=", "unix_socket_permissions=0777", "max_connections=60", "shared_buffers=16MB"],
  ...["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "jit=off"],
];

/** Makes it, and starts it as a user who is not root. */
export async function startPostgres(): Promise<PostgresCluster> {
  const bin = binariesFolder();
  const folder = mkdtempSync(join(tmpdir(), "pg-"));
  const owner = process.getuid?.() === 0 ? ordinaryUser() : undefined;
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const options = { ...owner, cwd: folder, stdio: "ignore" } as const;
  const words = ["-D", data, "-U", user, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  execFileSync(join(bin, "initdb"), words, { ...options, stdio: "pipe" });
  let server = startServer();

  function startServer() {
    const set = settings.flatMap((setting) => ["-c", setting]);
    return spawn(join(bin, "postgres"), ["-D", data, "-k", folder, ...set], options);
  }
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  const isReady = () => {
    const file = join(data, "postmaster.pid");
    return existsSync(file) && /^ready/m.test(readFileSync(file, "utf8"));
  };
  const whenReady = async () => {
    while (!isReady()) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await whenReady();
  return {
    async createDatabase(name) {
      execFileSync(join(bin, "psql"), ["-h", folder, "-U", user, "-c", `create database ${name}`, "postgres"], options);
    },
    urlOf: (database) => `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`,
    processId: () => server.pid ?? 0,
    stop: () => end("SIGINT"),
    async start() {
      rmSync(join(data, "postmaster.pid"), { force: true });
      server = startServer();
      await whenReady();
    },
    async remove() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The user that Debian's package makes, or nobody. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const found = users.map((line) => line.split(":")).find(([name]) => name === "postgres");
  return found === undefined ? { uid: 65_534, gid: 65_534 } : { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Debian keeps them out of PATH, a folder for each version. */
function binariesFolder(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(root, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")));
  if (found === undefined)
    throw new Error("PostgreSQL is not installed: sudo sh scripts/install-test-peers.sh postgres");
  return found;
}
