import { basename, relative } from "node:path";

/** What a user types to run this program once more from the working folder: its name where it was found by that, else its file.
 * @param program path that Node was started with */
export function ownCommand(program = process.argv[1] ?? "", folder = process.cwd()): string {
  return basename(program).startsWith("offhook") ? "offhook" : `node ${relative(folder, program)}`;
}
