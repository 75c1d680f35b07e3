import { statfs } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { atMost } from "../kernel/index.ts";

/** Types of file systems that are memory or a disk of this machine: ext2 to ext4, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS, bcachefs. statfs(2) */
const ofThisMachine: ReadonlySet<number> = new Set([
  ...[0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0xca451a4e],
]);
/** Something else may be mounted there meanwhile. */
const knownMs = 60_000;
const mostKnown = 1_000;

/** Tells folders of a disk of this machine, where asking for a file takes microseconds, from those of a network, where it may take for ever. */
export interface QuickFolders {
  /** Never waits: false until it is known. */
  has(folder: string): boolean;
}

/** Makes it without any knowledge.
 * @param typeOf type of the file system of a folder */
export function createQuickFolders(
  typeOf: (folder: string) => Promise<number> = async (folder) => (await statfs(folder)).type,
): QuickFolders {
  const known = new LRUCache<string, { isQuick: boolean }>({ ...atMost(mostKnown), ttl: knownMs, allowStale: false });
  return {
    has(folder) {
      const found = known.get(folder);
      if (found !== undefined) return found.isQuick;
      const asked = { isQuick: false };
      known.set(folder, asked);
      typeOf(folder).then(
        (type) => (asked.isQuick = ofThisMachine.has(type)),
        () => known.delete(folder),
      );
      return false;
    },
  };
}
