/** Takes text in pieces and hands out whole lines. */
export interface LineSplitter {
  push(text: string): void;
  /** Hands out what is left when the stream ended without a line break. */
  end(): void;
  /** Part of the line was lost: the rest up to the next line break is dropped. */
  skipRest(): void;
}

/** Most characters of a line. */
export const longestLine = 16_384;

/** Cuts a stream of text into lines without their line break (`\n` or `\r\n`). Of a longer line the first `longestLine` characters are handed
 * out, so a stream without line breaks cannot fill the memory.
 * @param onLine gets each line; `onDropped` gets how many characters of a longer one are dropped, as they come */
export function createLineSplitter(
  onLine: (line: string) => void,
  onDropped: (characters: number) => void,
): LineSplitter {
  let rest = "";
  let isSkipping = false;

  const add = (text: string): void => {
    if (isSkipping) return onDropped(text.length);
    const room = longestLine - rest.length;
    rest += text.slice(0, room);
    if (text.length <= room) return;
    onLine(rest);
    rest = "";
    isSkipping = true;
    onDropped(text.length - room);
  };

  return {
    push(text) {
      let from = 0;
      for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
        add(text.slice(from, at));
        from = at + 1;
        if (!isSkipping) onLine(rest.endsWith("\r") ? rest.slice(0, -1) : rest);
        rest = "";
        isSkipping = false;
      }
      add(text.slice(from));
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
    skipRest() {
      onDropped(rest.length);
      rest = "";
      isSkipping = true;
    },
  };
}
