import { setTimeout as wait } from "node:timers/promises";
import {
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  DeleteMeetingCommand,
} from "@aws-sdk/client-chime-sdk-meetings";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import {
  createMedia,
  createPhone,
  slicePcm,
  tone,
  toneLevelDbfs,
  type Media,
  type Pcm,
  type Phone,
  type PhoneCall,
} from "../../src/testing/index.ts";
import { openBrowser, type TestBrowser } from "../../test/browser/browser.ts";
import { joinByBrowser, type Member } from "../../test/browser/member.ts";
import { serveCommands } from "../peer.ts";
import type { ExampleFacts } from "./example-server.ts";

/** What one member heard so far. */
export interface HeardOfMeeting {
  readonly who: string;
  /** From the mouth of a member who now and then says something to this one's ear, in the order of the sounds, milliseconds. */
  readonly delaysMs: readonly number[];
  /** Sounds that did not arrive. */
  readonly missed: number;
  /** Of the voice that never stops, what was not heard, and the longest such piece, milliseconds. */
  readonly gapMs: number;
  readonly longestGapMs: number;
  readonly heardMs: number;
}

const pin = "1234";
const phones = 3;
/** The first phone speaks without an end, the second and the browser call out, one after the other. */
const steady = { frequencyHz: 600, levelDbfs: -18 };
const calls = { phone: 1_000, browser: 1_400 } as const;
const callLevelDbfs = -14;
const callMs = 400;
const betweenCallsMs = 2_500;
/** How often phones are listened to; a browser gives the time of what it heard. */
const lookMs = 20;
const browserLookMs = 100;
const windowMs = 20;
/** What is below is not heard. */
const heardDbfs = -35;
/** A call arrives within this time, or not at all. */
const arrivesMs = 1_500;

interface Listening {
  readonly who: string;
  /** What it does not hear: itself. */
  readonly says: "steady" | "phone" | "browser" | "nothing";
  take(): Promise<{ readonly pcm: Pcm; readonly endedAtMs: number }>;
  readonly delaysMs: number[];
  readonly gap: { totalMs: number; longestMs: number; runMs: number; hasBegun: boolean };
  missed: number;
  heardMs: number;
}

/** A sound that is on its way. */
interface Call {
  readonly by: keyof typeof calls;
  readonly beganAtMs: number;
  readonly awaitedBy: Set<Listening>;
}

const state: {
  media?: Media;
  phone?: Phone;
  browser?: TestBrowser;
  member?: Member;
  meetingId?: string;
  client?: ChimeSDKMeetingsClient;
  isOver: boolean;
} = { isOver: false };
const lines: PhoneCall[] = [];
const listeners: Listening[] = [];
const underWay: Call[] = [];
const work: Promise<void>[] = [];

const listening = (who: string, says: Listening["says"], take: Listening["take"]): Listening => ({
  ...{ who, says, take, delaysMs: [], missed: 0, heardMs: 0 },
  gap: { totalMs: 0, longestMs: 0, runMs: 0, hasBegun: false },
});

/** Looks at what one heard since: when a call arrived in it, and where the steady voice is missing. */
function hear(one: Listening, taken: Pcm, endedAtMs: number): void {
  const lengthMs = taken.samples.length / 8;
  one.heardMs += lengthMs;
  for (let fromMs = 0; fromMs + windowMs <= lengthMs; fromMs += windowMs) {
    const piece = slicePcm(taken, fromMs, fromMs + windowMs);
    const atMs = endedAtMs - lengthMs + fromMs;
    for (const call of underWay) {
      const isThere = call.awaitedBy.has(one) && toneLevelDbfs(piece, calls[call.by]) > heardDbfs;
      if (!isThere || atMs < call.beganAtMs - windowMs) continue;
      call.awaitedBy.delete(one);
      one.delaysMs.push(atMs - call.beganAtMs);
    }
    if (one.says !== "steady") noteGap(one, toneLevelDbfs(piece, steady.frequencyHz) > heardDbfs);
  }
}

function noteGap({ gap }: Listening, isHeard: boolean): void {
  if (isHeard) {
    gap.hasBegun = true;
    gap.runMs = 0;
    return;
  }
  if (!gap.hasBegun) return;
  gap.runMs += windowMs;
  gap.totalMs += windowMs;
  gap.longestMs = Math.max(gap.longestMs, gap.runMs);
}

async function listen(one: Listening, everyMs: number): Promise<void> {
  while (!state.isOver) {
    const { pcm, endedAtMs } = await one.take();
    hear(one, pcm, endedAtMs);
    await wait(everyMs);
  }
}

/** Lets the second phone and the browser call out, one after the other, and counts what does not arrive. */
async function callOut(): Promise<void> {
  for (let count = 0; !state.isOver; count++) {
    const by = count % 2 === 0 ? "phone" : "browser";
    const awaitedBy = new Set(listeners.filter(({ says }) => says !== by));
    if (by === "phone") {
      underWay.push({ by, awaitedBy, beganAtMs: Date.now() });
      await lines[1]?.play(tone(calls.phone, callMs, callLevelDbfs));
    } else {
      const beganAtMs = (await state.member?.speak([[calls.browser, callLevelDbfs]])) ?? Date.now();
      underWay.push({ by, awaitedBy, beganAtMs });
      await wait(callMs);
      await state.member?.speak([]);
    }
    await wait(arrivesMs);
    for (const { awaitedBy: left } of underWay.splice(0)) for (const one of left) one.missed++;
    await wait(betweenCallsMs - arrivesMs);
  }
}

async function openPhone(): Promise<Phone> {
  const range = { min: 0, max: 0 };
  state.media = await createMedia({ address: "127.0.0.1", workers: 1, portRange: range, log: silentLogger });
  return createPhone({
    ...{ listen: { transport: "udp", host: "127.0.0.1", port: 0 }, greeting: { type: "ring" } },
    ...{ media: state.media, clock: systemClock, log: silentLogger },
  });
}

/** One browser and three phones in the meeting of one PIN. */
serveCommands(
  {
    async join({ apiUrl, sip, number }: ExampleFacts): Promise<void> {
      const credentials = { accessKeyId: "offhook", secretAccessKey: "offhook" };
      const client = (state.client = new ChimeSDKMeetingsClient({
        region: "us-east-1",
        endpoint: apiUrl,
        credentials,
      }));
      const token = `pin-${pin}`;
      const request = { ClientRequestToken: token, ExternalMeetingId: token, MediaRegion: "us-east-1" };
      const { Meeting: meeting } = await client.send(new CreateMeetingCommand(request));
      const MeetingId = meeting?.MeetingId ?? "";
      state.meetingId = MeetingId;
      const { Attendee: attendee } = await client.send(
        new CreateAttendeeCommand({ MeetingId, ExternalUserId: "browser" }),
      );
      if (meeting === undefined || attendee === undefined) throw new Error("the meeting could not be made");
      state.browser = await openBrowser("chromium");
      const member = (state.member = await joinByBrowser(state.browser, { meeting, attendee }));
      await member.until("started");
      listeners.push(listening("browser", "browser", () => member.takeHeardWithTime()));
      const phone = (state.phone = await openPhone());
      for (let index = 0; index < phones; index++) {
        const call = phone.dial(`sip:${number}@${sip.host}:${sip.port}`);
        await call.answered;
        await call.pressKeys(pin);
        lines.push(call);
        const says = (["steady", "phone", "nothing"] as const)[index] ?? "nothing";
        const take = async () => ({ pcm: await call.takeHeard(), endedAtMs: Date.now() });
        listeners.push(listening(`phone ${index + 1}`, says, take));
      }
    },
    /** Everybody is in: they talk from now on. */
    async talk(minutes: number): Promise<void> {
      const seconds = Math.ceil(minutes * 60) + 120;
      void lines[0]?.play(tone(steady.frequencyHz, 1_000, steady.levelDbfs), seconds).catch(() => undefined);
      for (const one of listeners) await one.take();
      for (const one of listeners) work.push(listen(one, one.says === "browser" ? browserLookMs : lookMs));
      work.push(callOut());
    },
    /** What was heard so far does not count. */
    forget(): void {
      for (const one of listeners) {
        one.delaysMs.length = one.missed = one.heardMs = one.gap.totalMs = one.gap.longestMs = one.gap.runMs = 0;
      }
    },
    heard: (): HeardOfMeeting[] =>
      listeners.map(({ who, delaysMs, missed, gap, heardMs }) => ({
        ...{ who, delaysMs, missed, heardMs, gapMs: gap.totalMs, longestGapMs: gap.longestMs },
      })),
    async leave(): Promise<void> {
      state.isOver = true;
      await Promise.all(work);
      for (const call of lines) call.hangUp();
      await Promise.all(lines.map(({ ended }) => ended));
      await state.member?.leave();
      await state.client?.send(new DeleteMeetingCommand({ MeetingId: state.meetingId ?? "" }));
    },
  },
  async () => {
    state.client?.destroy();
    await state.browser?.close();
    await state.phone?.close();
    await state.media?.close();
  },
);
