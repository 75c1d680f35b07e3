import type { LegSound } from "../../recordings/index.ts";
import { answered, defineOperation, type AdminCall } from "../operation.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import { callId } from "../shapes/calls.ts";
import { peakList, soundList } from "../shapes/sounds.ts";
import type { ObjectNode } from "../shapes/schema-node.ts";
import { showTime } from "../shapes/words.ts";
import { createPeakReader } from "../sound/read-peaks.ts";
import { sendSound } from "../sound/send-sound.ts";
import { withWaveFile, type WaveFile } from "../sound/wave-file.ts";

const noSounds = "The sound of calls is not kept here: offhook dev keeps that of the latest calls.";
const gone = "The sound of this call is not kept (any more): offhook dev keeps that of the latest 20 calls.";

/** The left channel of a file is what the far end says, the right one what it hears. */
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
  summary: "What can be heard of a call: for each leg what its far end says, and what is said to it.",
  input: { type: "object", additionalProperties: false, required: ["callId"], properties: { callId } },
  answer: soundList,
  async handle({ callId: id }, { source }) {
    const sounds = source.sounds?.(id) ?? [];
    const tracks = await Promise.all(sounds.map(describeSound));
    const why = source.sounds === undefined ? noSounds : gone;
    return { tracks: tracks.flat(), notes: sounds.length === 0 ? [why] : [] };
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
    return useTrack(id, track, source, async ({ path }, wave, channel) => {
      const toSample = (ms: number) => Math.min(wave.samples, Math.round((ms * wave.rateHz) / 1_000));
      const [from, to] = [toSample(fromMs), toSample(toMs)];
      const toMoment = (sample: number) => (sample * 1_000) / wave.rateHz;
      const peaks = from < to ? await readPeaks(path, wave, { channel, from, to, points }) : [];
      return { fromMs: toMoment(from), toMs: toMoment(Math.max(from, to)), peaks };
    });
  },
});

const readPeaks = createPeakReader();

/** The sound itself. */
export const getSound = defineOperation({
  id: "GetSound",
  method: "GET",
  path: "/calls/{callId}/audio/{trackId}/sound",
  summary:
    "The WAV file that a track lies in, as it is now, in stereo: left what the far end says, right what is said to it. Ranges of bytes can be asked for.",
  input: ofTrack,
  answer: { type: "string", description: "The file." },
  answerType: "audio/wav",
  handle({ callId: id, trackId: track }, { source, exchange }) {
    return useTrack(id, track, source, async (_sound, wave): Promise<typeof answered> => {
      await sendSound(exchange, wave);
      return answered;
    });
  },
});

async function describeSound({ path, participantTag, startedAt, isGrowing }: LegSound, index: number) {
  const length = await withWaveFile(path, ({ samples, rateHz }) => Promise.resolve({ samples, rateHz }));
  const { samples, rateHz } = length ?? { samples: 0, rateHz: 8_000 };
  return directions.map((direction) => ({
    ...{ id: `${index + 1}-${direction}`, participantTag, direction, startedAt: showTime(startedAt) },
    ...{ durationMs: (samples * 1_000) / rateHz, sampleRateHz: rateHz, isGrowing },
  }));
}

async function useTrack<Result>(
  id: string,
  track: string,
  { sounds }: AdminCall["source"],
  use: (sound: LegSound, wave: WaveFile, channel: number) => Promise<Result>,
): Promise<Result> {
  const [number, direction] = track.split("-");
  const sound = sounds?.(id)[Number(number) - 1];
  if (sound === undefined) throw refuseAdmin("API_NOT_FOUND", sounds === undefined ? noSounds : gone);
  const channel = direction === "heard" ? 0 : 1;
  // Its file has its last name a moment after it has ended.
  const done =
    (await withWaveFile(sound.path, (wave) => use(sound, wave, channel))) ??
    (await withWaveFile(sound.path.replace(/\.part$/, ""), (wave) => use(sound, wave, channel)));
  if (done === undefined)
    throw refuseAdmin("API_UNPROCESSABLE", "Nothing of this track is on the disk yet; ask again.");
  return done;
}
