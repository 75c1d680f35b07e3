import type { Frame, Framer } from "./framer.ts";

/** Makes a framer for a way on which each piece is one message, or the line ends that keep it alive. RFC 7118 §5, §6 */
export function createWholeFramer(): Framer {
  return {
    push: (bytes): Frame[] => {
      if (bytes.length === 0) return [];
      const isBlank = bytes.length <= longestBlankBytes && bytes.every((byte) => byte === 0x0d || byte === 0x0a);
      return [isBlank ? { type: "blank", sizeBytes: bytes.length } : { type: "message", bytes }];
    },
    giveUp: () => undefined,
    pendingBytes: () => 0,
  };
}

const longestBlankBytes = 4;
