/** Takes text in pieces and hands out whole lines. */
export interface LineSplitter {
  push(text: string): void;
  /** Hands out what is left when the stream ended without a line break. */
  end(): void;
}

/** Cuts a stream of text into lines without their line break (`\n` or `\r\n`). A line over `maxLength` characters is
 * handed out in parts of that length, so a stream without line breaks cannot fill the memory. */
export function createLineSplitter(onLine: (line: string) => void, maxLength = 16_384): LineSplitter {
  let rest = "";

  const handOutLong = (): void => {
    while (rest.length > maxLength) {
      onLine(rest.slice(0, maxLength));
      rest = rest.slice(maxLength);
    }
  };

  return {
    push(text) {
      let from = 0;
      for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
        rest += text.slice(from, at);
        from = at + 1;
        handOutLong();
        onLine(rest.endsWith("\r") ? rest.slice(0, -1) : rest);
        rest = "";
      }
      rest += text.slice(from);
      handOutLong();
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
