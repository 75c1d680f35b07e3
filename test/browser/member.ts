import type { Attendee, Meeting } from "@aws-sdk/client-chime-sdk-meetings";
import { pcmFromSamples, type Pcm } from "../../src/testing/index.ts";
import type { ClientVersion } from "./bundle-page.ts";
import type { OpenPage, TestBrowser } from "./browser.ts";
import type { PageEvent } from "./page-server.ts";

/** A sine of a microphone: its frequency, and its level in dBFS. */
export type Tone = readonly [frequencyHz: number, levelDbfs: number];

/** What was heard, and the wall time at its end. */
export interface HeardPiece {
  readonly pcm: Pcm;
  readonly endedAtMs: number;
}

/** Packets that came and that were lost until a time of the page's clock. */
export interface Received {
  readonly packets: number;
  readonly lost: number;
  readonly atMs: number;
}

/** Somebody who takes part in a meeting by a browser. */
export interface Member {
  readonly attendeeId: string;
  /** What the client said, in its order, without its log. */
  events(): readonly PageEvent[];
  /** Lines of the client's log from level `level` on. */
  log(): readonly PageEvent[];
  /** Resolves with the first event, of number `from` on, of this type in which all of `fields` are so; rejects with all that came
   * instead after `limitMs`, which only guards against hanging. */
  until(type: string, fields?: Fields, options?: UntilOptions): Promise<PageEvent>;
  /** Number of the next event, for `until`. */
  mark(): number;
  /** Sounds these tones from now on, none for silence; the wall time at which they begin. */
  speak(tones: readonly Tone[]): Promise<number>;
  mute(): Promise<unknown>;
  unmute(): Promise<unknown>;
  send(topic: string, text: string, lifetimeMs?: number): Promise<unknown>;
  startCamera(): Promise<unknown>;
  shareScreen(): Promise<unknown>;
  /** Leaves as the client does at `audioVideo.stop()`. */
  leave(): Promise<unknown>;
  /** What was heard since the last call of this. */
  takeHeard(): Promise<Pcm>;
  takeHeardWithTime(): Promise<HeardPiece>;
  /** So many packets of the meeting have reached the browser; resolves once the first has. */
  received(): Promise<Received>;
  /** Loads the page again, and joins as before. Resolves as soon as the client was told to. */
  reload(): Promise<Member>;
  /** Closes the page. */
  close(): Promise<void>;
}

/** What an event holds, or what must be true of it. */
export type Fields = Readonly<Record<string, unknown>> | ((event: PageEvent) => boolean);

export interface UntilOptions {
  readonly from?: number;
  readonly limitMs?: number;
}

export interface JoinOptions {
  readonly meeting: Meeting;
  readonly attendee: Attendee;
  readonly tones?: readonly Tone[];
  /** Speaks by the first microphone of the browser instead, as a page does that overrides nothing. */
  readonly usesDevice?: boolean;
  readonly isMuted?: boolean;
  /** Topics of data messages that are listened to. */
  readonly topics?: readonly string[];
  readonly client?: ClientVersion;
}

/** Opens a page and lets it join. Resolves as soon as the client was told to: wait for `started` or `stopped`. */
export async function joinByBrowser(browser: TestBrowser, options: JoinOptions): Promise<Member> {
  return joinByPage(await browser.openPage(options.client), options);
}

async function joinByPage(page: OpenPage, options: JoinOptions): Promise<Member> {
  const { client: _page, tones = [], ...others } = options;
  await page.call("join", { tones, ...others });
  return createMember(page, options);
}

function createMember(page: OpenPage, options: JoinOptions): Member {
  const events = () => eventsOf(page);
  const takeHeardWithTime = () => heardOf(page);
  return {
    attendeeId: options.attendee.AttendeeId ?? "",
    events,
    log: () => page.events.filter(({ type }) => type === "log"),
    mark: () => events().length,
    until: (type, fields, until) => untilEvent(page, type, fields, until),
    speak: async (tones) => (await page.call("speak", tones)) as number,
    mute: () => page.call("mute"),
    unmute: () => page.call("unmute"),
    send: (topic, text, lifetimeMs) => page.call("send", topic, text, lifetimeMs),
    startCamera: () => page.call("startCamera"),
    shareScreen: () => page.call("shareScreen"),
    leave: () => page.call("leave"),
    takeHeard: async () => (await takeHeardWithTime()).pcm,
    takeHeardWithTime,
    received: async () => (await page.call("received")) as Received,
    reload: async () => joinByPage(await page.reload(), options),
    close: () => page.close(),
  };
}

/** What a page told, in its order, without the log of its client. */
export function eventsOf(page: Pick<OpenPage, "events">): readonly PageEvent[] {
  return page.events.filter(({ type }) => type !== "log");
}

/** What a page heard since the last call of this. */
export async function heardOf(page: Pick<OpenPage, "call">): Promise<HeardPiece> {
  const taken = (await page.call("takeHeard")) as { readonly samples: string; readonly endedAtMs: number };
  const bytes = Buffer.from(taken.samples, "base64");
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  return { pcm: pcmFromSamples(samples), endedAtMs: taken.endedAtMs };
}

/** As `Member.until`, of any page. */
export async function untilEvent(
  page: Pick<OpenPage, "events">,
  type: string,
  fields: Fields = {},
  { from = 0, limitMs = 60_000 }: UntilOptions = {},
): Promise<PageEvent> {
  const holds =
    typeof fields === "function"
      ? fields
      : (event: PageEvent) => Object.entries(fields).every(([name, value]) => event[name] === value);
  const fits = (event: PageEvent) => event.type === type && holds(event);
  const endMs = performance.now() + limitMs;
  for (;;) {
    const found = eventsOf(page).slice(from).find(fits);
    if (found !== undefined) return found;
    if (performance.now() > endMs) {
      const instead = page.events.map((event) => JSON.stringify(event)).join("\n");
      const wanted = typeof fields === "function" ? String(fields) : JSON.stringify(fields);
      throw new Error(`not within ${limitMs / 1000} s: ${type} ${wanted}; instead:\n${instead}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
