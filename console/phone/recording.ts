/** What is heard, as a file. */
export interface Recording {
  /** The file; undefined when nothing was heard. */
  stop(): Promise<{ readonly url: string; readonly name: string } | undefined>;
}

const types = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** Records a stream by the browser's own encoder. */
export function recordStream(stream: MediaStream, party: string): Recording | undefined {
  const type = types.find((one) => MediaRecorder.isTypeSupported(one));
  if (type === undefined) return undefined;
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => data.size > 0 && pieces.push(data));
  recorder.start(1_000);
  const begun = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return {
    async stop() {
      if (recorder.state !== "inactive") {
        const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
        recorder.stop();
        await stopped;
      }
      if (pieces.length === 0) return undefined;
      const ending = /audio\/(\w+)/.exec(type)?.[1] ?? "webm";
      return { url: URL.createObjectURL(new Blob(pieces, { type })), name: `heard-${party}-${begun}.${ending}` };
    },
  };
}
