import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import { silentLogger } from "../../src/kernel/index.ts";
import {
  createMedia,
  type BrowserTransport,
  type Media,
  type MediaMixer,
  type MediaSession,
  type PacketWay,
} from "../../src/media/index.ts";
import { readCpu } from "../cpu.ts";
import type { LegUse } from "../leg-kinds.ts";
import { serveCommands } from "../peer.ts";
import type { BrowserOffered } from "./browsers.ts";

/** What meetings are opened with: two telephones and two browsers for each. */
export interface MoreMeetings {
  readonly remotePorts: readonly number[];
  readonly offers: readonly BrowserOffered[];
}

export interface OpenedMeetings {
  /** At which the telephones' legs listen. */
  readonly ports: readonly number[];
  readonly transports: readonly BrowserTransport[];
}

interface Meeting {
  readonly mixer: MediaMixer;
  readonly sessions: readonly MediaSession[];
}

const everything = { isHeard: true, hears: true };
const state: { media?: Media } = {};
const meetings: Meeting[] = [];

const common = { telephoneEventPayloadType: undefined, ptimeMs: 20, direction: "sendrecv" } as const;
const ofBrowser: NegotiatedAudio = {
  ...{ remoteAddress: "", remotePort: 0, remoteRtcpAddress: "", remoteRtcpPort: 0, isMultiplexed: true },
  ...{ codec: { name: "opus", payloadType: 111 }, audioLevelExtension: 1, ...common },
};
const ofTelephone = (port: number): NegotiatedAudio => ({
  ...{ remoteAddress: "127.0.0.1", remotePort: port, remoteRtcpAddress: "127.0.0.1", remoteRtcpPort: port },
  ...{ codec: { name: "PCMU", payloadType: 0 }, ...common },
});

/** One meeting; undefined when the worker refuses it. */
async function open({ remotePorts, offers }: MoreMeetings): Promise<OpenedMeetings | undefined> {
  const { media } = state;
  if (media === undefined) throw new Error("nothing was started");
  const sessions: MediaSession[] = [];
  const ports: number[] = [];
  const transports: BrowserTransport[] = [];
  const holder: { mixer?: MediaMixer } = {};
  try {
    const mixer = (holder.mixer = media.openMixer({}));
    for (const [index, remotePort] of remotePorts.entries()) {
      const telephone = await media.openSession({}, { near: mixer });
      sessions.push(telephone);
      telephone.start(ofTelephone(remotePort));
      ports.push(telephone.localPort);
      const offer = offers[index] ?? { iceUfrag: "", fingerprint: "" };
      const browser = await media.openBrowserSession({}, { ...offer, audio: ofBrowser }, { near: mixer });
      sessions.push(browser);
      transports.push(browser.transport);
    }
    for (const session of sessions) mixer.add(session, everything);
    meetings.push({ mixer, sessions });
    return { ports, transports };
  } catch {
    holder.mixer?.close();
    await Promise.all(sessions.map((session) => session.close()));
    return undefined;
  }
}

async function close({ mixer, sessions }: Meeting): Promise<void> {
  mixer.close();
  await Promise.all(sessions.map((session) => session.close()));
}

/** Meetings of the media room alone, on one worker. */
serveCommands(
  {
    async start(packets: PacketWay | undefined): Promise<void> {
      const range = { min: 0, max: 0 };
      const options = { address: "127.0.0.1", portRange: range, workers: 1, log: silentLogger };
      state.media = await createMedia({ ...options, ...(packets === undefined ? {} : { packets }) });
    },
    /** Opens fewer than asked when the worker refuses more. */
    async add({ remotePorts, offers }: MoreMeetings): Promise<OpenedMeetings> {
      const opened: OpenedMeetings[] = [];
      for (let index = 0; index + 1 < remotePorts.length; index += 2) {
        const members = { remotePorts: remotePorts.slice(index, index + 2), offers: offers.slice(index, index + 2) };
        const one = await open(members);
        if (one === undefined) break;
        opened.push(one);
      }
      return {
        ports: opened.flatMap(({ ports }) => ports),
        transports: opened.flatMap(({ transports }) => transports),
      };
    },
    async drop(count: number): Promise<void> {
      await Promise.all(meetings.splice(-count).map(close));
    },
    use(): LegUse {
      const { processMs, atMs } = readCpu();
      return { processMs, atMs, keys: 0 };
    },
  },
  async () => {
    await state.media?.close();
  },
);
