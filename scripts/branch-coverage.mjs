import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Report } from "c8";

/** What is measured, as folders of src/: the parts whose every decision a unit test of their own should know. */
const parts = {
  engine: ["call", "endpoint", "engine", "recordings", "actions", "contract"],
  protocols: [
    "sip",
    "sip-syntax",
    "sdp",
    "media/link",
    "media/stream",
    "media/node/keys",
    "media/node/relay",
    "media/codec",
    "media/dtls",
    "media/srtp",
    "media/ice",
  ],
};

/** The builds of the files of a room of src/ whose branches are counted, relative to the repository; what dist/ still has of files that were
 * moved is not among them. V8 knows the branches of loaded files
 * only, so that a file that no test loads would count as one. Entries of threads are left out: they run elsewhere. */
export function measuredFiles(root, room) {
  const folders = Object.values(parts).flat();
  return folders
    .filter((folder) => folder.split("/")[0] === room)
    .flatMap((folder) =>
      readdirSync(join(root, "src", folder), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && /(?<!\.test|-worker)\.ts$/.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
        .map((file) => join("dist", file.replace(/\.ts$/, ".js"))),
    );
}

/** Runs unit tests whose processes tell which of their branches ran (scripts/count-branches.mjs).
 * @param {string} root the repository
 * @param {() => Promise<void>} work
 * @returns {Promise<readonly { part: string, percent: number, least: number }[]>} taken branches of all, and what CONTRIBUTING.md says
 *   is the least, in rows such as `| engine | call, endpoint, engine, recordings, actions, contract | 95.0 % |` */
export async function measureBranches(root, work) {
  const folder = mkdtempSync(join(tmpdir(), "offhook-branches-"));
  process.env.BRANCH_COUNTS_FOLDER = folder;
  try {
    await work();
    const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    return Object.entries(await readBranches(root, folder)).map(([part, percent]) => {
      const row = new RegExp(`^\\| ${part} \\|.*\\| ([\\d.]+) % \\|$`, "m").exec(page);
      return { part, percent, least: Number(row?.[1] ?? Number.NaN) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readBranches(root, folder) {
  const folders = Object.values(parts).flat();
  const report = new Report({
    include: folders.map((name) => `dist/src/${name}/**/*.js`),
    exclude: ["**/*.test.js", "**/*-worker.js"],
    extension: [".js", ".ts"],
    excludeNodeModules: true,
    reporter: [],
    tempDirectory: folder,
    reportsDirectory: folder,
    resolve: root,
    omitRelative: true,
  });
  const map = await report.getCoverageMapFromAllCoverageFiles();
  return Object.fromEntries(
    Object.entries(parts).map(([part, names]) => {
      const sums = map
        .files()
        .filter((file) => names.some((name) => file.startsWith(join(root, "src", name, "/"))))
        .map((file) => map.fileCoverageFor(file).toSummary().branches);
      const total = sums.reduce((sum, { total: count }) => sum + count, 0);
      const covered = sums.reduce((sum, { covered: count }) => sum + count, 0);
      return [part, total === 0 ? 0 : (100 * covered) / total];
    }),
  );
}
