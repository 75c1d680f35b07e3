// Gets call events and returns the actions to run. `npm start` calls it, `npm test` tests it.

const { OPERATOR_NUMBER = "+12065550142", PROMPT_BUCKET = "prompts" } = process.env;

export const handler = async (event) => {
  const { InvocationEventType: type, ActionData: action } = event;

  if (type === "NEW_INBOUND_CALL") return reply(menu);
  if (type === "ACTION_SUCCESSFUL" && action.Type === "SpeakAndGetDigits") {
    if (action.ReceivedDigits === "1") return reply(play("hours.wav"), hangup);
    return reply(speak("One moment, please."), callOperator(event));
  }
  if (type === "ACTION_FAILED" && action.Type === "SpeakAndGetDigits") return reply(speak("Goodbye."), hangup);
  if (type === "ACTION_FAILED" && action.Type === "CallAndBridge")
    return reply(speak("Nobody is free right now. Goodbye."), hangup);
  if (type === "HANGUP") {
    // One of two who were put through has left: the other one leaves too.
    const rest = event.CallDetails.Participants.find(({ Status }) => Status === "Connected");
    if (rest !== undefined) return reply({ ...hangup, Parameters: { SipResponseCode: "0", CallId: rest.CallId } });
  }
  return reply();
};

const reply = (...Actions) => ({ SchemaVersion: "1.0", Actions });
const speak = (Text) => ({ Type: "Speak", Parameters: { Text } });
const play = (Key) => ({
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: PROMPT_BUCKET, Key } },
});
const hangup = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };

const menu = {
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

const callOperator = (event) => ({
  Type: "CallAndBridge",
  Parameters: {
    CallTimeoutSeconds: 30,
    CallerIdNumber: event.CallDetails.Participants[0].To,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: OPERATOR_NUMBER }],
  },
});
