import { parseArgs, type ParseArgsConfig } from "node:util";
import { errorMessage } from "../../kernel/index.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
/** What a tool of this repository takes. A text whose default is a number must be a whole number, and so must those of `numbers`. */
interface WordsOfTool<Of extends Options> {
  readonly options: Of;
  readonly allowPositionals?: boolean;
  readonly numbers?: readonly (keyof Of & string)[];
}

/** Reads the words that a tool of this repository was called with. With `--help` it prints how it is called, and ends the process with 0; with
 * words that it does not know, and what is no number where one is wanted, with 2. */
export function readWords<const Of extends Options>(
  usage: string,
  { options, allowPositionals = false, numbers = [] }: WordsOfTool<Of>,
  words: readonly string[] = process.argv.slice(2),
): ReturnType<typeof parseArgs<{ options: Of; allowPositionals: true }>> {
  if (words.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  const wanted = Object.entries(options).filter(([name, { default: usual }]) => {
    return numbers.includes(name) || (typeof usual === "string" && /^\d+$/.test(usual));
  });
  try {
    const read = parseArgs({ args: [...words], options, allowPositionals: allowPositionals as true });
    for (const [name] of wanted) {
      const value: unknown = (read.values as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined && !(typeof value === "string" && /^\d{1,15}$/.test(value)))
        throw new Error(`--${name} must be a whole number, not ${JSON.stringify(value)}`);
    }
    return read;
  } catch (error) {
    console.error(`${errorMessage(error).split(". ")[0]}\n${usage}`);
    return process.exit(2);
  }
}
