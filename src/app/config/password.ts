import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { whyUnreadable } from "../../kernel/index.ts";

const longestPassword = 255;

/** The password in a file, as its only line; what is wrong is reported without a word of what is in it.
 * @param path relative to `folder` */
export function readPassword(path: string, folder: string, report: (why: string) => void): string | undefined {
  const file = resolve(folder, path);
  const rule = `it must be one line of up to ${longestPassword} characters`;
  const why = (): string | { readonly password: string } => {
    const found = statSync(file);
    if (found.isFile() && found.size > 4 * longestPassword + 2) return `${file} is too long; ${rule}`;
    const password = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    // oxlint-disable-next-line no-control-regex
    const isLine = /^[^\u0000-\u001f\u007f]+$/.test(password) && password.length <= longestPassword;
    return isLine ? { password } : `${file} holds no password; ${rule}`;
  };
  try {
    const read = why();
    if (typeof read !== "string") return read.password;
    report(read);
  } catch (error) {
    report(`${file} cannot be read: ${whyUnreadable(error)}`);
  }
  return undefined;
}
