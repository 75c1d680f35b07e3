import { answered, defineOperation, type AdminCall } from "../operation.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import { callId } from "../shapes/calls.ts";
import { peakList, soundList } from "../shapes/sounds.ts";
import type { ObjectNode } from "../shapes/schema-node.ts";
import { showTime } from "../shapes/words.ts";
import { createPeakReader } from "../sound/read-peaks.ts";
import { sendSound } from "../sound/send-sound.ts";
import type { CallSound } from "../source.ts";
import { sampleBytes, withWaveFile, type WaveFile } from "../sound/wave-file.ts";

const gone =
  "Nothing can be heard of this call: there is what functions have recorded (StartCallRecording, RecordAudio) while it is in its bucket, and under offhook dev the sound of the latest 20 calls.";
/** Tracks of a call are those of so many files. */
const mostSounds = 99;
/** Most of a file that one waveform is made from. */
const mostPeakBytes = 64 * 1024 * 1024;

/** In a file of two channels, the left one is what the far end says, the right one what it hears. */
const directions = ["heard", "said"] as const;

const trackId = { type: "string", pattern: "^\\d{1,2}-(heard|said)$", description: "`id` of a track." } as const;
const ofTrack = {
  type: "object",
  additionalProperties: false,
  required: ["callId", "trackId"],
  properties: { callId, trackId },
} as const satisfies ObjectNode;

/** What can be heard of a call. */
export const listSounds = defineOperation({
  id: "ListSounds",
  method: "GET",
  path: "/calls/{callId}/audio",
  summary:
    "What can be heard of a call: for each leg what its far end says, and what is said to it. In development of the latest calls as a whole, else what functions have recorded.",
  input: { type: "object", additionalProperties: false, required: ["callId"], properties: { callId } },
  answer: soundList,
  async handle({ callId: id }, { source }) {
    const sounds = (await source.sounds(id)).slice(0, mostSounds);
    const tracks = (await Promise.all(sounds.map(describeSound))).flat();
    return { tracks, notes: tracks.length === 0 ? [gone] : [] };
  },
});

/** The waveform of a track. */
export const getPeaks = defineOperation({
  id: "GetPeaks",
  method: "GET",
  path: "/calls/{callId}/audio/{trackId}/peaks",
  summary: "How loud a track, or a part of it, is over time.",
  input: {
    ...ofTrack,
    properties: {
      ...ofTrack.properties,
      points: { type: "integer", minimum: 1, maximum: 4_000, default: 800 },
      fromMs: { type: "integer", minimum: 0, maximum: 86_400_000, default: 0 },
      toMs: { type: "integer", minimum: 1, maximum: 86_400_000, description: "Default: the end." },
    },
  },
  answer: peakList,
  handle({ callId: id, trackId: track, points, fromMs, toMs = Infinity }, { source }) {
    return useTrack(id, track, source, async (wave, channel) => {
      const toSample = (ms: number) => Math.min(wave.samples, Math.round((ms * wave.rateHz) / 1_000));
      const [from, to] = [toSample(fromMs), toSample(toMs)];
      const toMoment = (sample: number) => (sample * 1_000) / wave.rateHz;
      if ((to - from) * wave.channels * sampleBytes > mostPeakBytes)
        throw refuseAdmin("API_UNPROCESSABLE", tooLong(wave));
      const peaks = from < to ? await readPeaks(`${id} ${track}`, wave, { channel, from, to, points }) : [];
      return { fromMs: toMoment(from), toMs: toMoment(Math.max(from, to)), peaks };
    });
  },
});

const readPeaks = createPeakReader();

function tooLong({ channels, rateHz }: WaveFile): string {
  const minutes = Math.floor(mostPeakBytes / (channels * sampleBytes * rateHz) / 60);
  return `The waveform of so long a part is not made; ask for ${minutes} minutes at most (fromMs, toMs).`;
}

/** The sound itself. */
export const hearCall = defineOperation({
  id: "HearCall",
  method: "GET",
  path: "/calls/{callId}/audio/{trackId}/sound",
  summary:
    "The WAV file that a track lies in, as it is now, in stereo: left what the far end says, right what is said to it. Ranges of bytes can be asked for.",
  input: ofTrack,
  answer: { type: "string", description: "The file." },
  answerType: "audio/wav",
  handle({ callId: id, trackId: track }, { source, exchange }) {
    return useTrack(id, track, source, async (wave): Promise<typeof answered> => {
      await sendSound(exchange, wave);
      return answered;
    });
  },
});

async function describeSound({ participantTag, startedAt, isGrowing, mono, open }: CallSound, index: number) {
  const found = await withWaveFile(open, ({ samples, rateHz, channels }) =>
    Promise.resolve({ samples, rateHz, channels }),
  );
  // What has no sample yet is there all the same; what is gone is not.
  if (found === undefined && !isGrowing) return [];
  const { samples, rateHz, channels } = found ?? { samples: 0, rateHz: 8_000, channels: 2 };
  return (channels === 1 ? [mono] : directions).map((direction) => ({
    ...{ id: `${index + 1}-${direction}`, participantTag, direction, startedAt: showTime(startedAt) },
    ...{ durationMs: (samples * 1_000) / rateHz, sampleRateHz: rateHz, isGrowing },
  }));
}

async function useTrack<Result>(
  id: string,
  track: string,
  { sounds }: AdminCall["source"],
  use: (wave: WaveFile, channel: number) => Promise<Result>,
): Promise<Result> {
  const [number, direction] = track.split("-");
  const sound = (await sounds(id))[Number(number) - 1];
  if (sound === undefined) throw refuseAdmin("API_NOT_FOUND", gone);
  const done = await withWaveFile(sound.open, (wave) => use(wave, wave.channels > 1 && direction === "said" ? 1 : 0));
  if (done !== undefined) return done;
  if (!sound.isGrowing) throw refuseAdmin("API_NOT_FOUND", gone);
  throw refuseAdmin("API_UNPROCESSABLE", "Nothing of this track is on the disk yet; ask again.");
}
