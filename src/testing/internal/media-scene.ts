import { silentLogger } from "../../kernel/index.ts";
import { createMedia, type AudioProblem, type Media, type MediaSession } from "../../media/index.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { createMemoryPackets } from "./memory-packets.ts";
import { createRandom } from "./random.ts";
import { createRoughPackets, type RoughPackets } from "./rough-packets.ts";

/** A media room in the thread of the test, on a clock that the test moves, with a relay between its sessions. */
export interface MediaScene {
  readonly clock: ManualClock;
  readonly packets: RoughPackets;
  readonly media: Media;
  /** Opens a session, and keeps what it tells. */
  open(): Promise<SceneSession>;
  /** Lets so much time pass, in steps of a millisecond. */
  pass(ms: number): void;
  /** Lets time pass until something has settled. */
  settled<Value>(work: Promise<Value>): Promise<Value>;
}

export interface SceneSession {
  readonly session: MediaSession;
  readonly port: number;
  readonly problems: AudioProblem[];
  readonly digits: string[];
}

/** The address of all sessions of a scene. */
export const sceneHost = "127.0.0.1";

/** Makes a scene without sessions. The relay lets everything pass. */
export async function createMediaScene(seed = 1): Promise<MediaScene> {
  const clock = createManualClock();
  const packets = createRoughPackets(createMemoryPackets(clock), clock, createRandom(seed));
  const local = { clock, io: packets };
  const media = await createMedia({
    ...{ address: sceneHost, portRange: { min: 0, max: 0 }, log: silentLogger },
    local,
  });
  const settled = async <Value>(work: Promise<Value>): Promise<Value> => {
    let isSettled = false;
    void work.finally(() => (isSettled = true)).catch(() => undefined);
    for (let turn = 0; !isSettled && turn < 10_000; turn++) {
      clock.advance(1);
      for (let step = 0; step < 10; step++) await Promise.resolve();
    }
    return work;
  };
  return {
    ...{ clock, packets, media, settled },
    async open() {
      const problems: AudioProblem[] = [];
      const digits: string[] = [];
      const session = await settled(
        media.openSession({
          onAudioProblem: (problem) => void problems.push(problem),
          onDigit: (digit) => void digits.push(digit),
        }),
      );
      return { session, port: session.localPort, problems, digits };
    },
    pass: (ms) => {
      for (let step = 0; step < ms; step++) clock.advance(1);
    },
  };
}

/** What a session agrees on with a far end at a port of the scene. */
export function audioTo(port: number, change: Partial<NegotiatedAudio> = {}): NegotiatedAudio {
  return {
    ...{ remoteAddress: sceneHost, remotePort: port, remoteRtcpAddress: sceneHost, remoteRtcpPort: port + 1 },
    ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: 101, ptimeMs: 20, direction: "sendrecv" },
    ...change,
  };
}
