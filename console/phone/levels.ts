/** Measures how loud two streams are, until it is closed. */
export interface Levels {
  close(): void;
}

/** The level that is shown as nothing, dBFS. */
const quietDb = -60;

/** How often one looks: more is not seen, and each time the page is drawn anew. */
const everyMs = 60;

/** Tells the levels of both directions again and again, 0 to 1. */
export function createLevels(
  streams: { readonly in: MediaStream; readonly out: MediaStream | undefined },
  tell: (levels: { readonly in: number; readonly out: number }) => void,
): Levels {
  const context = new AudioContext();
  const [incoming, outgoing] = [meterOf(context, streams.in), meterOf(context, streams.out)];
  const timer = setInterval(() => tell({ in: incoming(), out: outgoing() }), everyMs);
  return {
    close() {
      clearInterval(timer);
      void context.close();
    },
  };
}

function meterOf(context: AudioContext, stream: MediaStream | undefined): () => number {
  if (stream === undefined || stream.getAudioTracks().length === 0) return () => 0;
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const db = 10 * Math.log10(power + 1e-9);
    return Math.min(1, Math.max(0, 1 - db / quietDb));
  };
}
