import type { ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { FunctionOutput } from "../types.ts";
import { createLineSplitter } from "./line-splitter.ts";
import type { OutputMeter } from "./output-meter.ts";

/** Hands out the lines that the process prints, as far as `meter` lets them; a process that prints faster than that can be taken waits
 * in its own write. */
export function readOutput(
  child: ChildProcess,
  meter: OutputMeter,
  onLine: (stream: FunctionOutput["stream"], line: string) => void,
): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const source = child[stream];
    if (source === null) continue;
    let decoder = new StringDecoder("utf8");
    const lines = createLineSplitter(
      (line) => {
        if (meter.shows(stream, line.length)) onLine(stream, line);
      },
      (characters) => meter.leftOut(characters),
    );
    source.on("data", (bytes: Buffer) => {
      if (meter.isSpent(stream)) {
        meter.leftOut(bytes.length);
        // Not decoded and not searched: the next output that is shown begins with a new line.
        decoder = new StringDecoder("utf8");
        lines.skipRest();
      } else {
        lines.push(decoder.write(bytes));
      }
      if (!meter.mayReadOn(bytes.length, () => source.resume())) source.pause();
    });
    source.once("end", () => lines.end());
    source.once("error", () => undefined);
  }
}
