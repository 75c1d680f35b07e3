import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

/** All programs of that name in PATH: a machine may have one of its distribution and a newer one. */
export function everyProgram(name: string): string[] {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter(existsSync);
  return [...new Map(found.map((path) => [realpathSync(path), path])).values()];
}

/** The version that a program tells of `name`, such as [2, 9]; undefined when it tells none. */
export function versionOf(
  program: string,
  words: readonly string[],
  name: RegExp,
): readonly [number, number] | undefined {
  const { stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const [, major, minor] = name.exec(`${stdout}${stderr}`) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

/** Each Python that has boto3. `follows`: its clients follow AWS_ENDPOINT_URL_... by themselves. */
export const pythons = everyProgram("python3").flatMap((program) => {
  const version = versionOf(program, ["-c", "import boto3, botocore; print(botocore.__version__)"], /^(\d+)\.(\d+)/);
  if (version === undefined) return [];
  const [major, minor] = version;
  return [{ program, version: `${major}.${minor}`, follows: major > 1 || minor >= 31 }];
});
