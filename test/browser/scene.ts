import {
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  DeleteMeetingCommand,
  type Attendee,
  type Meeting,
} from "@aws-sdk/client-chime-sdk-meetings";
import { randomUUID } from "node:crypto";
import { after, type TestContext } from "node:test";
import { encodeWav, tone, type PhoneCall } from "../../src/testing/index.ts";
import { ownNumber, socketCallTest, type CallKit, type WireEvent } from "../interop/kit.ts";
import type { OpenedPhone } from "../wire/call-phone.ts";
import { openBrowser, type BrowserName, type TestBrowser } from "./browser.ts";
import type { Listener } from "./hearing.ts";
import { joinByBrowser, type JoinOptions, type Member, type Tone } from "./member.ts";

/** A function that joins each caller as the attendee that headers of the INVITE name. Then `*5` to `*8` do what they do in samples: mute
 * and unmute all, mute and unmute the caller; so does an update with `{ do: "*7" }`. */
export const joiningFunction = `
  const { InvocationEventType: type, ActionData: data, CallDetails: call } = event;
  const [caller] = call.Participants;
  const headers = caller.SipHeaders ?? {};
  const meeting = call.Participants.find(({ ParticipantTag }) => ParticipantTag === "LEG-B");
  const modify = (Operation, AttendeeList) => [{
    Type: "ModifyChimeMeetingAttendees",
    Parameters: { ParticipantTag: "LEG-B", CallId: meeting?.CallId, MeetingId: headers["X-Meeting"], Operation, AttendeeList },
  }];
  const own = [headers["X-Attendee"]];
  const all = (headers["X-Attendees"] ?? "").split(",");
  const join = [{
    Type: "JoinChimeMeeting",
    Parameters: { JoinToken: headers["X-Token"], MeetingId: headers["X-Meeting"], CallId: caller.CallId },
  }];
  const keys = { "*5": () => modify("Mute", all), "*6": () => modify("Unmute", all), "*7": () => modify("Mute", own),
    "*8": () => modify("Unmute", own), "*1": () => [{ Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-B" } }],
    "*2": () => join, "*3": () => [{ Type: "PlayAudio", Parameters: { ParticipantTag: "LEG-A",
      AudioSource: { Type: "S3", BucketName: "prompts", Key: "tone.wav" } } }] };
  if (type === "NEW_INBOUND_CALL") return join;
  if (type === "ACTION_SUCCESSFUL" && data.Type === "JoinChimeMeeting")
    return [{ Type: "ReceiveDigits", Parameters: { ParticipantTag: "LEG-A", InputDigitsRegex: "^\\\\*\\\\d$",
      InBetweenDigitsDurationInMilliseconds: 1000, FlushDigitsDurationInMilliseconds: 10000 } }];
  if (type === "DIGITS_RECEIVED") return keys[data.ReceivedDigits]?.() ?? [];
  if (type === "CALL_UPDATE_REQUESTED") return keys[data.Parameters.Arguments.do]?.() ?? [];
  if (type === "ACTION_FAILED" && data.Type === "JoinChimeMeeting")
    return [{ Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-A" } }];
  if (type === "HANGUP" && data.Parameters.ParticipantTag === "LEG-B" && caller.Status === "Connected" && headers["X-After"] === "hang up")
    return [{ Type: "PlayAudio", Parameters: { ParticipantTag: "LEG-A", AudioSource: { Type: "S3", BucketName: "prompts", Key: "tone.wav" } } },
      { Type: "Hangup", Parameters: { SipResponseCode: "0", ParticipantTag: "LEG-A" } }];
  return [];`;

/** Somebody who takes part by a telephone. */
export interface PhoneMember extends Listener {
  readonly attendee: Attendee;
  readonly call: PhoneCall;
  /** The events that the function got of this call. */
  events(): readonly WireEvent[];
  /** Resolves once an event of this type, with an action of this type, has come after event number `from`. */
  until(type: string, action?: string, from?: number): Promise<WireEvent>;
  close(): Promise<void>;
}

export interface PhoneJoin {
  /** What it says all the time. */
  readonly tone?: Tone;
  readonly attendee?: Attendee;
  /** Further headers of the INVITE. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A meeting of a test. */
export interface Room {
  readonly meeting: Meeting;
  attend(externalUserId: string): Promise<Attendee>;
  /** Joins by a page of the browser, or of another one, and waits until the client has started. */
  browse(name: string, options?: Partial<JoinOptions>, other?: TestBrowser): Promise<Member>;
  /** Calls in, and waits until the function hears that it has joined. */
  phone(name: string, options?: PhoneJoin): Promise<PhoneMember>;
  /** Deletes the meeting, and closes pages and phones. */
  close(): Promise<void>;
}

/** What a test of meetings works with. */
export interface Scene {
  readonly t: TestContext;
  readonly kit: CallKit;
  readonly browser: TestBrowser;
  readonly client: ChimeSDKMeetingsClient;
  /** Makes a meeting. */
  room(): Promise<Room>;
}

const browsers = new Map<BrowserName, Promise<TestBrowser>>();
after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** The browser that the tests of a process share: to start one takes seconds. */
export function sharedBrowser(name: BrowserName): Promise<TestBrowser> {
  const browser = browsers.get(name) ?? openBrowser(name);
  browsers.set(name, browser);
  return browser;
}

/** A test with a server of its own, whose function is `joiningFunction`, and a browser. When it is over, everything that the server opened
 * must have come back to zero.
 * @param address where the server speaks SIP and RTP */
export function browserTest(
  title: string,
  name: BrowserName,
  body: (scene: Scene) => Promise<void>,
  address = "127.0.0.1",
): void {
  const options = {
    functions: [joiningFunction],
    config: { sip: { listen: [`udp://${address}:0`] } },
    prompts: { "tone.wav": encodeWav(tone(2_000, 1_000, -12)) },
  };
  socketCallTest(title, options, async (kit, t) => {
    const [browser, client] = [await sharedBrowser(name), meetingsClient(kit.server.apiUrl)];
    const rooms: Room[] = [];
    try {
      await body({
        ...{ t, kit, browser, client },
        room: async () => {
          const room = await openRoom(kit, browser, client);
          rooms.push(room);
          return room;
        },
      });
    } finally {
      for (const room of rooms) await room.close();
      client.destroy();
    }
  });
}

/** The time between two events, for people. */
export function since(from: { readonly atMs: number }, to: { readonly atMs: number }): string {
  return `${Math.round(to.atMs - from.atMs)} ms`;
}

/** The official client of the meetings API. */
export function meetingsClient(endpoint: string): ChimeSDKMeetingsClient {
  return new ChimeSDKMeetingsClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
  });
}

/** Makes a meeting by the official client. */
async function openRoom(kit: CallKit, browser: TestBrowser, client: ChimeSDKMeetingsClient): Promise<Room> {
  const { Meeting: meeting } = await client.send(
    new CreateMeetingCommand({
      ClientRequestToken: randomUUID(),
      ExternalMeetingId: "test",
      MediaRegion: "us-east-1",
    }),
  );
  const MeetingId = meeting?.MeetingId ?? "";
  const closing: (() => Promise<unknown>)[] = [];
  const attend = async (ExternalUserId: string) => {
    const { Attendee: attendee } = await client.send(new CreateAttendeeCommand({ MeetingId, ExternalUserId }));
    return attendee as Attendee;
  };
  return {
    meeting: meeting as Meeting,
    attend,
    async browse(name, options = {}, other = browser) {
      const attendee = options.attendee ?? (await attend(name));
      const member = await joinByBrowser(other, { meeting: meeting as Meeting, ...options, attendee });
      closing.push(() => member.close().catch(() => undefined));
      await member.until("started");
      return member;
    },
    async phone(name, options = {}) {
      const attendee = options.attendee ?? (await attend(name));
      const opened = await kit.openPhone();
      closing.push(() => opened.close());
      const phone = callIn(kit, opened, { ...options, attendee, meetingId: MeetingId });
      await phone.until("ACTION_SUCCESSFUL", "JoinChimeMeeting");
      return phone;
    },
    async close() {
      await client.send(new DeleteMeetingCommand({ MeetingId })).catch((error: Error) => {
        // A test may have ended it.
        if (error.name !== "NotFoundException") throw error;
      });
      for (const close of closing) await close();
    },
  };
}

function callIn(
  kit: CallKit,
  opened: OpenedPhone,
  { tone: said, attendee, meetingId, headers = {} }: PhoneJoin & { attendee: Attendee; meetingId: string },
): PhoneMember {
  const { host, port } = kit.address("udp");
  const all = {
    "X-Token": attendee.JoinToken ?? "",
    "X-Attendee": attendee.AttendeeId ?? "",
    "X-Meeting": meetingId,
    ...headers,
  };
  const call = opened.phone.dial(`sip:${ownNumber}@${host}:${port}`, {
    from: "+15105550101",
    headers: Object.entries(all).map(([name, value]) => ({ name, value })),
  });
  // A second of a whole number of periods, over and over.
  if (said !== undefined) call.play(tone(said[0], 1_000, said[1]), 600).catch(() => undefined);
  const isOurs = (event: WireEvent) => {
    const [caller] = event.CallDetails.Participants as readonly { readonly SipHeaders?: Record<string, string> }[];
    return caller?.SipHeaders?.["X-Attendee"] === attendee.AttendeeId;
  };
  const events = () => kit.events().filter(isOurs);
  return {
    attendee,
    call,
    events,
    async until(type, action, from = 0) {
      const find = () =>
        events()
          .slice(from)
          .find(
            (event) =>
              event.InvocationEventType === type && (action ?? event.ActionData?.Type) === event.ActionData?.Type,
          );
      await kit.until(`${type} ${action ?? ""}`, () => find() !== undefined);
      return find() as WireEvent;
    },
    takeHeard: () => call.takeHeard(),
    close: () => opened.close(),
  };
}
