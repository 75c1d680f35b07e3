import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package (the one whose package.json is named offhook), from source or from a build. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string };
      if (name === "offhook") return folder;
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error("the offhook package folder was not found");
    folder = parent;
  }
}
