import type { ServerFrame } from "../frames/server-frame.ts";

/** Who spoke, and how far clients have been told of the silence after it. */
export interface Loudness {
  /** Streams that spoke since the last silence was told in full. */
  readonly spoke: readonly number[];
  /** Measurements without anybody who speaks since. */
  readonly quietTicks: number;
  /** Frames that are still to be sent of the silence. */
  readonly fadesLeft: number;
}

/** How loud a stream is, in dB below full scale: 0 to 127. */
export interface StreamVolume {
  readonly stream: number;
  readonly volume: number;
}

/** Volume of silence, and the highest that clients take for no speech and still for more than silence. */
const silent = 127;
const faint = 41;
/** A client's active speaker fades by a tenth with each volume that is another than before: so many, and nobody speaks. */
const fades = 48;
/** A shorter pause leaves the active speaker as it is: two measurements of 200 ms. */
const pauseTicks = 2;
/** Most frames for one measurement, and most for all listeners of a room together. */
const mostFades = 12;
const mostSends = 600;

/** Nobody has spoken. */
export const silence: Loudness = { spoke: [], quietTicks: 0, fadesLeft: 0 };

/** What clients are told of one measurement, which comes every 200 ms while somebody speaks, and for some seconds after. They count a volume only when
 * it is another one than before, so that an end of speech alone would leave the active speaker for most of a minute; two volumes by turns, both of
 * silence, end it in two seconds. */
export function tellVolumes(
  before: Loudness,
  volumes: readonly StreamVolume[],
  room: { readonly streams: readonly number[]; readonly listeners: number },
): readonly [Loudness, readonly ServerFrame[]] {
  const spoke = before.spoke.filter((stream) => room.streams.includes(stream));
  if (volumes.length > 0) {
    const all = new Set([...spoke, ...volumes.map(({ stream }) => stream)]);
    return [{ spoke: [...all], quietTicks: 0, fadesLeft: fades }, [volumeFrame(volumes)]];
  }
  if (spoke.length === 0) return [silence, []];
  const quietTicks = before.quietTicks + 1;
  const frameOf = (volume: number) => volumeFrame(spoke.map((stream) => ({ stream, volume })));
  if (quietTicks === 1) return [{ ...before, spoke, quietTicks }, [frameOf(silent)]];
  if (quietTicks <= pauseTicks) return [{ ...before, spoke, quietTicks }, []];
  const pairs = Math.max(1, Math.floor(Math.min(mostFades, mostSends / Math.max(1, room.listeners)) / 2));
  const frames = Array.from({ length: pairs }, () => [frameOf(faint), frameOf(silent)]).flat();
  const fadesLeft = before.fadesLeft - frames.length;
  return [fadesLeft <= 0 ? silence : { spoke, quietTicks, fadesLeft }, frames];
}

function volumeFrame(volumes: readonly StreamVolume[]): ServerFrame {
  const attendeeStates = volumes.map(({ stream, volume }) => ({ audioStreamId: stream, volume }));
  return { type: "audio-metadata", audioMetadata: { attendeeStates } };
}
