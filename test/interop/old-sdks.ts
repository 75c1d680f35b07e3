import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../src/kernel/index.ts";

/** Too large for every clone (101 MB unpacked), so fetched from the registry where they are tried, once. */
const folder = join(packageRoot(), "node_modules/.cache/former-aws-sdks");
const packages = ["aws-sdk@2.1693.0", "@aws-sdk/client-chime@3.699.0"];

/** Installs SDKs for JavaScript that came before the client of this repository; false, and a line that says why, where npm cannot. */
export async function installOldSdks(): Promise<boolean> {
  if (existsSync(folder)) return true;
  try {
    await mkdir(dirname(folder), { recursive: true });
    // Files run side by side: none may find what another has half installed.
    const own = await mkdtemp(`${folder}-`);
    const options = ["--prefix", own, "--no-audit", "--no-fund", "--no-save"];
    await promisify(execFile)("npm", ["install", ...options, ...packages]);
    await rename(own, folder).catch(() => rm(own, { recursive: true }));
    return true;
  } catch (error) {
    console.log(`old SDKs are not tried, since npm could not install them: ${String(error)}`);
    return false;
  }
}

/** What `require` in a script takes for one of their packages, as a literal. */
export function oldSdk(name: string): string {
  return JSON.stringify(join(folder, "node_modules", name));
}
