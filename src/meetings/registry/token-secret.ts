import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, errorCode, errorMessage, newId } from "../../kernel/index.ts";

/** Bytes of the secret. */
const secretLength = 32;

/** Reads the secret that join tokens are made from, which is the same over restarts; makes the file when there is none, for its owner only.
 * Without the file, tokens that were given out are void, and GetAttendee shows new ones. Rejects with `MEETINGS_BAD_SECRET`. */
export async function readTokenSecret(path: string): Promise<Uint8Array> {
  try {
    return parse((await readIfThere(path)) ?? (await makeFile(path)));
  } catch (error) {
    const why = `The secret of join tokens, ${path}, cannot be read: ${errorMessage(error)}`;
    throw new AppError("MEETINGS_BAD_SECRET", why, { cause: error, details: { path } });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all, and never in place of one that another process made at the same time. */
async function makeFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${newId()}`;
  // On the disk before it has its name: a machine that loses power would find an empty one, with which no server starts.
  await writeFile(draft, `${randomBytes(secretLength).toString("hex")}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
  return readFile(path, "latin1");
}

function parse(text: string): Uint8Array {
  if (/^[0-9a-f]{64}\n$/.test(text)) return Buffer.from(text.trim(), "hex");
  throw new Error(
    "it must have 64 hexadecimal digits and a line feed. Remove it to get a new one: tokens made with it are void then.",
  );
}
