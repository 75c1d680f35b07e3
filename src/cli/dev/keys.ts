/** Keys pressed on the terminal. */
export interface Keys {
  /** Resolves when q or Ctrl-C was pressed. Never, when standard input is not a terminal. */
  readonly quit: Promise<void>;
  close(): void;
}

/** What keys do. */
export interface KeyHandlers {
  readonly enter: () => void;
  readonly telephoneKey: (key: string) => void;
  /** h, and ?. */
  readonly help: () => void;
}

/** Listens for single keys when standard input is a terminal. */
export function onKeys(handlers: KeyHandlers): Keys {
  const { stdin } = process;
  if (!stdin.isTTY) return { quit: new Promise<void>(() => undefined), close: () => undefined };
  let quit: () => void = () => undefined;
  const quitting = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const onData = (data: Buffer) => {
    for (const key of data.toString("utf8")) {
      if (key === "\r" || key === "\n") handlers.enter();
      else if (/[0-9*#]/.test(key)) handlers.telephoneKey(key);
      else if (key === "h" || key === "?") handlers.help();
      else if (key === "q" || key === "\u0003") quit();
    }
  };
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.resume();
  return {
    quit: quitting,
    close: () => {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
