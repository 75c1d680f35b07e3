/** Lets people call into the meeting of a PIN. In it, *7 mutes the caller and *8 ends that. What has to be known later of a call stands in
 * `TransactionAttributes`, so any process of the function can go on with it. */

import {
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
} from "@aws-sdk/client-chime-sdk-meetings";

const meetings = new ChimeSDKMeetingsClient();

export const handler = async (event) => {
  const { actions, attributes } = await decide(event);
  console.log(`${event.InvocationEventType} -> ${actions.map(({ Type }) => Type).join(", ") || "nothing"}`);
  return { SchemaVersion: "1.0", Actions: actions, ...(attributes && { TransactionAttributes: attributes }) };
};

async function decide(event) {
  const { InvocationEventType, ActionData, CallDetails } = event;
  const caller = CallDetails.Participants.find(({ ParticipantTag }) => ParticipantTag === "LEG-A");
  switch (`${InvocationEventType} ${ActionData?.Type ?? ""}`.trim()) {
    case "NEW_INBOUND_CALL":
      return { actions: [askForPin("Welcome.")] };
    case "ACTION_SUCCESSFUL SpeakAndGetDigits":
      return join(ActionData.ReceivedDigits, caller);
    case "ACTION_SUCCESSFUL JoinChimeMeeting":
      return { actions: [listenForKeys, speak("You are in. Star seven mutes you, star eight ends that.")] };
    case "DIGITS_RECEIVED ReceiveDigits":
      return { actions: mute(ActionData.ReceivedDigits, CallDetails) };
    case "ACTION_SUCCESSFUL ModifyChimeMeetingAttendees":
      return { actions: [speak(ActionData.Parameters.Operation === "Mute" ? "Muted." : "No longer muted.")] };
    case "ACTION_FAILED JoinChimeMeeting":
      return { actions: [speak("The meeting cannot be joined. Goodbye."), hangUp] };
    case "ACTION_FAILED SpeakAndGetDigits":
      return { actions: [speak("Goodbye."), hangUp] };
    case "HANGUP Hangup": {
      const isMeeting = ActionData.Parameters.ParticipantTag === "LEG-B" && caller.Status === "Connected";
      return { actions: isMeeting ? [speak("The meeting is over. Goodbye."), hangUp] : [] };
    }
    default:
      return { actions: [] };
  }
}

/** Makes the meeting of the PIN, or finds it, with the caller as an attendee whom everybody sees by number. */
async function join(pin, caller) {
  const { Meeting: meeting } = await meetings.send(
    new CreateMeetingCommand({
      ClientRequestToken: `pin-${pin}`,
      ExternalMeetingId: `pin-${pin}`,
      MediaRegion: "us-east-1",
    }),
  );
  const { Attendee: attendee } = await meetings.send(
    new CreateAttendeeCommand({
      MeetingId: meeting.MeetingId,
      // Who has the same id is the same attendee, who can be in only once: two callers may have one number.
      ExternalUserId: `${caller.From}#${caller.CallId.slice(0, 8)}`,
    }),
  );
  return {
    actions: [
      {
        Type: "JoinChimeMeeting",
        Parameters: { JoinToken: attendee.JoinToken, MeetingId: meeting.MeetingId, CallId: caller.CallId },
      },
    ],
    attributes: { meetingId: meeting.MeetingId, attendeeId: attendee.AttendeeId },
  };
}

function mute(keys, { Participants, TransactionAttributes: { meetingId, attendeeId } }) {
  const Operation = { "*7": "Mute", "*8": "Unmute" }[keys];
  const leg = Participants.find(({ ParticipantTag }) => ParticipantTag === "LEG-B");
  if (Operation === undefined || leg === undefined) return [];
  return [
    {
      Type: "ModifyChimeMeetingAttendees",
      Parameters: {
        ParticipantTag: "LEG-B",
        CallId: leg.CallId,
        MeetingId: meetingId,
        Operation,
        AttendeeList: [attendeeId],
      },
    },
  ];
}

const speak = (Text) => ({ Type: "Speak", Parameters: { Text, ParticipantTag: "LEG-A" } });
const hangUp = { Type: "Hangup", Parameters: { ParticipantTag: "LEG-A", SipResponseCode: "0" } };
const listenForKeys = {
  Type: "ReceiveDigits",
  Parameters: {
    ParticipantTag: "LEG-A",
    InputDigitsRegex: "^\\*[78]$",
    InBetweenDigitsDurationInMilliseconds: 1000,
    FlushDigitsDurationInMilliseconds: 10000,
  },
};

const askForPin = (greeting) => ({
  Type: "SpeakAndGetDigits",
  Parameters: {
    ParticipantTag: "LEG-A",
    SpeechParameters: { Text: `${greeting} Please enter the four digits of your PIN.` },
    FailureSpeechParameters: { Text: "A PIN has four digits." },
    InputDigitsRegex: "^\\d{4}$",
    MinNumberOfDigits: 4,
    MaxNumberOfDigits: 4,
    Repeat: 3,
    RepeatDurationInMilliseconds: 10000,
  },
});
