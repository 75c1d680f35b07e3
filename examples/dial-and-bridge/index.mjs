// A calling card: the caller dials a number by keys and is put through to it; when that call is over, the next number. The state is in
// TransactionAttributes: { calls }, how many numbers were called.

const { PROMPT_BUCKET = "prompts", COUNTRY_CODE = "+1", MOST_CALLS = "3" } = process.env;

export const handler = async (event) => {
  const { TransactionId, TransactionAttributes: state = { calls: 0 } } = event.CallDetails;
  const [actions, next = state] = decide(event, state);
  const told = actions.map((action) => action.Type).join(", ");
  console.log(`${TransactionId} ${event.InvocationEventType} -> ${told || "nothing"}`);
  return { SchemaVersion: "1.0", Actions: actions, TransactionAttributes: next };
};

/** What to do next, and the state to keep when it changes. */
function decide(event, state) {
  const { ActionData: action, CallDetails: call } = event;
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL":
      return [[askForNumber()]];
    case "ACTION_SUCCESSFUL":
      // When the far end has answered, the two talk.
      if (action.Type !== "PlayAudioAndGetDigits") return [[]];
      return [callNumber(call, action.ReceivedDigits), { calls: state.calls + 1 }];
    case "ACTION_FAILED":
      return [afterFailure(event, state)];
    case "HANGUP":
      return [afterHangup(event, state)];
    case "INVALID_LAMBDA_RESPONSE":
      console.error(`our reply was refused: ${event.ErrorType}: ${event.ErrorMessage}`);
      return [[hangUp("LEG-A")]];
    case "NEW_OUTBOUND_CALL": // it calls nobody by itself
    case "RINGING":
    case "CALL_ANSWERED":
    case "CALL_UPDATE_REQUESTED":
    case "DIGITS_RECEIVED":
    case "ACTION_INTERRUPTED":
    default:
      return [[]];
  }
}

function afterFailure(event, state) {
  const { Type, ErrorType, ErrorMessage } = event.ActionData;
  console.error(`${Type} failed: ${ErrorType}: ${ErrorMessage}`);
  if (statusOf(event, "LEG-A") === "Disconnected") return []; // the caller left meanwhile
  if (Type === "CallAndBridge") return onceMore("That number does not answer.", state);
  if (ErrorType === "InvalidDigitsReceived") return [speak("Goodbye."), hangUp("LEG-A")];
  return [hangUp("LEG-A")];
}

function afterHangup(event, state) {
  const left = event.ActionData.Parameters.ParticipantTag;
  if (left === "LEG-A" && statusOf(event, "LEG-B") === "Connected") return [hangUp("LEG-B")];
  if (left === "LEG-B" && statusOf(event, "LEG-A") === "Connected") return onceMore("That call is over.", state);
  return [];
}

function onceMore(text, { calls }) {
  if (calls >= Number(MOST_CALLS)) return [speak(`${text} Goodbye.`), hangUp("LEG-A")];
  return [speak(text), askForNumber()];
}

function askForNumber() {
  return {
    Type: "PlayAudioAndGetDigits",
    Parameters: {
      ParticipantTag: "LEG-A",
      AudioSource: prompt("dial.wav"),
      FailureAudioSource: prompt("not-a-number.wav"),
      // Ten digits, a 1 in front or not; no 900 numbers.
      InputDigitsRegex: "^1?(?!900)[2-9]\\d{9}$",
      MinNumberOfDigits: 10,
      MaxNumberOfDigits: 11,
      TerminatorDigits: ["#"],
      InBetweenDigitsDurationInMilliseconds: 3000,
      Repeat: 3,
      RepeatDurationInMilliseconds: 8000,
    },
  };
}

function callNumber(call, digits) {
  const national = digits.slice(-10);
  const [caller] = call.Participants;
  return [
    speak(`<speak>Calling <say-as interpret-as="digits">${national}</say-as></speak>`, "ssml"),
    {
      Type: "CallAndBridge",
      Parameters: {
        CallTimeoutSeconds: 30,
        // The caller's own number; ours when the caller hides it.
        CallerIdNumber: caller.From.startsWith("+") ? caller.From : caller.To,
        RingbackTone: prompt("ringback.wav"),
        Endpoints: [{ BridgeEndpointType: "PSTN", Uri: `${COUNTRY_CODE}${national}` }],
      },
    },
  ];
}

const prompt = (Key) => ({ Type: "S3", BucketName: PROMPT_BUCKET, Key });

const speak = (Text, TextType = "text") => ({ Type: "Speak", Parameters: { ParticipantTag: "LEG-A", Text, TextType } });

const hangUp = (ParticipantTag) => ({ Type: "Hangup", Parameters: { ParticipantTag, SipResponseCode: "0" } });

/** "Connected", "Disconnected", or undefined: there is no such leg, or it is not answered yet. */
const statusOf = (event, tag) => event.CallDetails.Participants.find((leg) => leg.ParticipantTag === tag)?.Status;
