import type { LegEncryption } from "../endpoint/index.ts";
import type { AudioProblem, MediaStats } from "../media/index.ts";

/** How the audio of a leg was, in one line: what was heard of it, and what it heard. */
export function describeLegAudio(audio: MediaStats): string {
  if (audio.isUnknown) return "nobody knows how it was, since its media worker ended";
  const { packetsReceived, packetsLost, packetsSent, remotePacketsLost, roundTripMs } = audio;
  const heard = [
    `heard ${packetsReceived} packets`,
    `lost ${share(packetsLost, packetsReceived + packetsLost)}`,
    ...(packetsReceived === 0 ? [] : [`jitter ${Math.round(audio.jitterMs)} ms`]),
    ...mosOf(audio.mos),
  ];
  const sent = [
    `sent ${packetsSent}`,
    ...(remotePacketsLost === undefined ? [] : [`of which it lost ${share(remotePacketsLost, packetsSent)}`]),
    ...mosOf(audio.remoteMos),
    ...(roundTripMs === undefined ? [] : [`round trip ${Math.round(roundTripMs)} ms`]),
  ];
  return `${heard.join(", ")}; ${sent.join(", ")}`;
}

/** How the audio of a leg is encrypted, in a few words. */
export function describeEncryption({ sent, received, instead }: LegEncryption): string {
  if (sent === "none" && received === "none") return `not encrypted${instead === undefined ? "" : `: ${instead}`}`;
  return sent === received
    ? `encrypted both ways with ${sent}`
    : `encrypted with ${sent}, and that of the far end with ${received}`;
}

/** What people call it. */
export function nameProblem({ type }: AudioProblem): string {
  return { "one-way": "one-way audio", "dead-air": "dead air", clipping: "clipping" }[type];
}

function share(count: number, all: number): string {
  return count === 0 ? "0" : `${count} (${((count / all) * 100).toFixed(1)} %)`;
}

function mosOf(mos: number | undefined): readonly string[] {
  return mos === undefined ? [] : [`MOS ${mos.toFixed(1)}`];
}
