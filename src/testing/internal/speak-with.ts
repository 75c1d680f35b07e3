import type { SpeechRequest, TtsEngine } from "../../speech/index.ts";

/** A request for speech by Joanna. */
export function speechOf(text: string, changes: Partial<SpeechRequest> = {}): SpeechRequest {
  return { text, textType: "text", voiceId: "Joanna", languageCode: undefined, engine: "standard", ...changes };
}

/** All that an engine makes of a request, as telephones hear it. `onPiece` sees each piece. */
export async function speakWith(
  engine: TtsEngine,
  request: SpeechRequest,
  options: {
    readonly awaited?: Promise<void>;
    readonly onPiece?: (samples: Int16Array, isLast: boolean) => void;
  } = {},
): Promise<Int16Array> {
  const samples: number[] = [];
  await engine.speak(request, {
    awaited: options.awaited,
    add(piece, isLast) {
      for (const sample of piece.samples) samples.push(sample);
      options.onPiece?.(piece.samples, isLast);
    },
  });
  return Int16Array.from(samples);
}
