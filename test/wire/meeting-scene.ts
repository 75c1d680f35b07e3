import {
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
} from "@aws-sdk/client-chime-sdk-meetings";
import type { PhoneCall } from "../../src/testing/index.ts";
import { ownNumber, virtualCallTest, type CallKit, type WireAction, type WireEvent } from "../interop/kit.ts";
import type { OpenedPhone } from "./call-phone.ts";
import { storedTone } from "./call-scene.ts";
import { eventLine, untilHears } from "./flow-lines.ts";
import { talk } from "./flow-scene.ts";

/** An attendee as the official client gives it. */
export interface SceneAttendee {
  readonly attendeeId: string;
  readonly joinToken: string;
}

/** A meeting that was made through the API with the official client. */
export interface SceneMeeting {
  readonly meetingId: string;
  attend(externalUserId: string): Promise<SceneAttendee>;
  /** DeleteAttendee. */
  dismiss(attendeeId: string): Promise<void>;
  /** DeleteMeeting. */
  end(): Promise<void>;
}

/** Makes a meeting at the server of a kit. */
export async function makeMeeting({ server, world }: Pick<CallKit, "server" | "world">): Promise<SceneMeeting> {
  const client = new ChimeSDKMeetingsClient({
    region: "us-east-1",
    endpoint: server.apiUrl,
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
  });
  const { Meeting } = await world.during(
    client.send(new CreateMeetingCommand({ MediaRegion: "us-east-1", ExternalMeetingId: "stand-up" })),
  );
  const meetingId = Meeting?.MeetingId ?? "";
  return {
    meetingId,
    async attend(ExternalUserId) {
      const { Attendee } = await world.during(
        client.send(new CreateAttendeeCommand({ MeetingId: meetingId, ExternalUserId })),
      );
      return { attendeeId: Attendee?.AttendeeId ?? "", joinToken: Attendee?.JoinToken ?? "" };
    },
    async dismiss(AttendeeId) {
      await world.during(client.send(new DeleteAttendeeCommand({ MeetingId: meetingId, AttendeeId })));
    },
    async end() {
      await world.during(client.send(new DeleteMeetingCommand({ MeetingId: meetingId })));
    },
  };
}

/** JoinChimeMeeting as an attendee of this meeting. */
export const joinMeeting = ({ meetingId }: SceneMeeting, { joinToken }: SceneAttendee): WireAction => ({
  Type: "JoinChimeMeeting",
  Parameters: { JoinToken: joinToken, MeetingId: meetingId },
});

/** ModifyChimeMeetingAttendees of this meeting. */
export const modifyAttendees = (
  { meetingId }: SceneMeeting,
  Operation: "Mute" | "Unmute",
  AttendeeList: readonly string[],
): WireAction => ({
  Type: "ModifyChimeMeetingAttendees",
  Parameters: { Operation, MeetingId: meetingId, AttendeeList, ParticipantTag: "LEG-B" },
});

/** What can be heard: what each caller says without end, and the stored prompts. */
export const tonesHz = { one: 440, two: 880, three: 1_040, joined: 660, muted: 350, over: 1_200 } as const;
export const prompts = {
  "joined.wav": storedTone(tonesHz.joined, 400),
  "muted.wav": storedTone(tonesHz.muted, 1_000),
  "over.wav": storedTone(tonesHz.over, 1_000),
};

/** The function of a dial-in as public samples have it: it joins the attendee whom the INVITE names, listens for *7 and *8, and says what has happened. */
const dialIn = `
  const { InvocationEventType: type, ActionData: data, CallDetails } = event;
  const { "X-Token": JoinToken, "X-Meeting": MeetingId, "X-Attendee": attendee } =
    CallDetails.Participants[0].SipHeaders ?? {};
  const play = (Key) => ({
    Type: "PlayAudio",
    Parameters: { ParticipantTag: "LEG-A", AudioSource: { Type: "S3", BucketName: "prompts", Key } },
  });
  if (type === "NEW_INBOUND_CALL") return [{ Type: "JoinChimeMeeting", Parameters: { JoinToken, MeetingId } }];
  if (type === "CALL_UPDATE_REQUESTED") return JSON.parse(data.Parameters.Arguments.do);
  if (type === "DIGITS_RECEIVED") {
    const Operation = data.ReceivedDigits === "*7" ? "Mute" : "Unmute";
    const Parameters = { ParticipantTag: "LEG-B", Operation, MeetingId, AttendeeList: [attendee] };
    return [{ Type: "ModifyChimeMeetingAttendees", Parameters }];
  }
  if (type === "HANGUP" && data.Parameters.ParticipantTag === "LEG-B") return [play("over.wav"), { Type: "Hangup" }];
  if (type !== "ACTION_SUCCESSFUL") return [];
  if (data.Type === "JoinChimeMeeting") {
    const times = { InBetweenDigitsDurationInMilliseconds: 200, FlushDigitsDurationInMilliseconds: 3000 };
    return [
      { Type: "ReceiveDigits", Parameters: { ParticipantTag: "LEG-A", InputDigitsRegex: "^\\\\*\\\\d{1}$", ...times } },
      play("joined.wav"),
    ];
  }
  return data.Type === "ModifyChimeMeetingAttendees" ? [play("muted.wav")] : [];`;

/** Somebody who called. */
export interface Caller {
  readonly call: PhoneCall;
  readonly attendee: SceneAttendee;
  /** What the function was told of this call, each in one line. */
  told(): readonly string[];
  /** Resolves when the function was told so, so many times. */
  isTold(what: string, times?: number): Promise<void>;
  hears(name: string): Promise<void>;
  update(...actions: readonly WireAction[]): Promise<void>;
}

export interface MeetingScene {
  readonly kit: CallKit;
  readonly meeting: SceneMeeting;
  /** Calls as an attendee of its own, or with this token, says its tone, and waits until it has joined and heard that. */
  dial(name: CallerName, attendee?: SceneAttendee): Promise<Caller>;
  /** Stops the audio of a caller without a word by SIP. */
  vanish(name: CallerName): Promise<void>;
}

type CallerName = keyof typeof fromNumbers;

export const fromNumbers = { one: "+15105550101", two: "+15105550102", three: "+15105550103" } as const;

export function meetingTest(title: string, play: (scene: MeetingScene) => Promise<void>): void {
  virtualCallTest(title, { functions: [dialIn], prompts }, async (kit) => {
    const phones = new Map<CallerName, OpenedPhone>();
    const meeting = await makeMeeting(kit);
    try {
      await play({
        kit,
        meeting,
        dial: async (name, given) => {
          const attendee = given ?? (await meeting.attend(name));
          const opened = await kit.openPhone();
          phones.set(name, opened);
          const caller = callIn(kit, opened, fromNumbers[name], { meeting, attendee });
          talk(caller.call, tonesHz[name]);
          await caller.isTold("ACTION_SUCCESSFUL JoinChimeMeeting");
          await caller.isTold("ACTION_SUCCESSFUL PlayAudio");
          return caller;
        },
        vanish: async (name) => phones.get(name)?.vanish(),
      });
    } finally {
      await Promise.all([...phones.values()].map((phone) => phone.close()));
    }
  });
}

export function callIn(
  kit: CallKit,
  { phone }: OpenedPhone,
  from: string,
  { meeting, attendee }: { readonly meeting: SceneMeeting; readonly attendee: SceneAttendee },
): Caller {
  const { host, port } = kit.address("udp");
  const known = new Set(kit.events().map(({ CallDetails }) => CallDetails.TransactionId));
  const call = phone.dial(`sip:${ownNumber}@${host}:${port}`, {
    from,
    headers: [
      { name: "X-Token", value: attendee.joinToken },
      { name: "X-Meeting", value: meeting.meetingId },
      { name: "X-Attendee", value: attendee.attendeeId },
    ],
  });
  const events = (): readonly WireEvent[] =>
    kit.events().filter((event) => {
      const isOurs = event.CallDetails.Participants[0]?.["From"] === from;
      return isOurs && !known.has(event.CallDetails.TransactionId);
    });
  const told = (): readonly string[] => events().map(eventLine);
  return {
    ...{ call, attendee, told },
    isTold: (what, times = 1) =>
      kit.until(
        `the function of ${from} is told ${what}, not only ${told().join("; ")}`,
        () => told().filter((line) => line.startsWith(what)).length >= times,
      ),
    hears: (name) => untilHears(kit, call, tonesHz, name),
    update: async (...actions) => {
      const { TransactionId } = events()[0]?.CallDetails ?? { TransactionId: "" };
      await kit.update(TransactionId, { do: JSON.stringify(actions) });
    },
  };
}
