import { userInfo } from "node:os";
import { errorCode, errorMessage } from "./errors.ts";

/** Why a file or folder could not be read, and what cures it, for people; without a period.
 * @param error what the file system said */
export function whyUnreadable(error: unknown): string {
  switch (errorCode(error)) {
    case "EACCES":
    case "EPERM":
      return `permission denied: the user ${userName()} may not read it, or not enter a folder above it; let that user (chmod, chown), or run as another`;
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder, and a file is needed";
    case "ENOTDIR":
      return "something on the way to it is a file and no folder";
    case "ELOOP":
      return "links lead from it in a circle";
    default:
      return errorMessage(error);
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.() ?? "here"); // A user without a name, as in containers.
  }
}
