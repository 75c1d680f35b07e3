// Gets call events and returns the actions to run. `npm start` calls it, `npm test` tests it.
import type { SmaAction, SmaEvent, SmaResponse } from "offhook/types";

const { OPERATOR_NUMBER = "+12065550142", PROMPT_BUCKET = "prompts" } = process.env;

export const handler = async (event: SmaEvent): Promise<SmaResponse> => {
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL":
      return reply(menu);
    case "ACTION_SUCCESSFUL":
      if (event.ActionData.Type !== "SpeakAndGetDigits") return reply();
      if (event.ActionData.ReceivedDigits === "1") return reply(play("hours.wav"), hangup());
      return reply(speak("One moment, please."), callOperator(event));
    case "ACTION_FAILED":
      if (event.ActionData.Type === "SpeakAndGetDigits") return reply(speak("Goodbye."), hangup());
      if (event.ActionData.Type === "CallAndBridge")
        return reply(speak("Nobody is free right now. Goodbye."), hangup());
      return reply();
    case "HANGUP": {
      // One of two who were put through has left: the other one leaves too.
      const rest = event.CallDetails.Participants.find(({ Status }) => Status === "Connected");
      return rest === undefined ? reply() : reply(hangup(rest.CallId));
    }
    default:
      return reply();
  }
};

const reply = (...Actions: SmaAction[]): SmaResponse => ({ SchemaVersion: "1.0", Actions });
const speak = (Text: string): SmaAction => ({ Type: "Speak", Parameters: { Text } });
const play = (Key: string): SmaAction => ({
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: PROMPT_BUCKET, Key } },
});
const hangup = (CallId?: string): SmaAction => ({
  Type: "Hangup",
  Parameters: { SipResponseCode: "0", ...(CallId === undefined ? {} : { CallId }) },
});

const menu: SmaAction = {
  Type: "SpeakAndGetDigits",
  Parameters: {
    InputDigitsRegex: "^[12]$",
    SpeechParameters: { Text: "Welcome. For our opening hours, press 1. To speak to somebody, press 2." },
    FailureSpeechParameters: { Text: "Sorry, I did not get that." },
    MinNumberOfDigits: 1,
    MaxNumberOfDigits: 1,
    Repeat: 3,
    RepeatDurationInMilliseconds: 4_000,
  },
};

const callOperator = (event: SmaEvent): SmaAction => ({
  Type: "CallAndBridge",
  Parameters: {
    CallTimeoutSeconds: 30,
    CallerIdNumber: event.CallDetails.Participants[0].To,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: OPERATOR_NUMBER }],
  },
});
