import { pipeline, Transform, type Readable } from "node:stream";

/** The stream, up to `maxBytes`; with more it fails, and its source is ended. */
export function limitStream(source: Readable, maxBytes: number): Readable {
  let sizeBytes = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) done(new Error(`the answer has more than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  return pipeline(source, limited, () => undefined);
}
