/** A company's menu: opening hours at 1, somebody to talk to at 0, the end at 9. What was asked last stands in `TransactionAttributes`, so any
 * process of the function can go on with any call. */

import type {
  ActionFailedEvent,
  ActionSuccessfulEvent,
  HangupEvent,
  SmaAction,
  SmaEvent,
  SmaResponse,
} from "offhook/types";

type Tag = "LEG-A" | "LEG-B";

type Question = "menu" | "operator is busy";

interface State {
  /** The question that the caller's next key answers. */
  readonly question?: Question;
}

/** What to do next. Without a state the one that was kept before stays. */
interface Decision {
  readonly actions: readonly SmaAction[];
  readonly state?: State;
}

const { OPERATOR_NUMBER = "+12065550142", PROMPT_BUCKET = "prompts" } = process.env;

export const handler = async (event: SmaEvent): Promise<SmaResponse> => {
  const { actions, state } = decide(event);
  const told = actions.map((action) => action.Type).join(", ");
  console.log(`${event.CallDetails.TransactionId} ${event.InvocationEventType} -> ${told || "nothing"}`);
  return { SchemaVersion: "1.0", Actions: actions, ...(state && { TransactionAttributes: { ...state } }) };
};

function decide(event: SmaEvent): Decision {
  switch (event.InvocationEventType) {
    case "NEW_INBOUND_CALL":
      return menu("Welcome to Example Bikes.");
    case "ACTION_SUCCESSFUL":
      return afterSuccess(event);
    case "ACTION_FAILED":
      return afterFailure(event);
    case "HANGUP":
      return afterHangup(event);
    case "INVALID_LAMBDA_RESPONSE":
      console.error(`our reply was refused: ${event.ErrorType}: ${event.ErrorMessage}`);
      return { actions: [hangUp("LEG-A")] };
    case "NEW_OUTBOUND_CALL": // the menu calls nobody by itself
    case "RINGING":
    case "CALL_ANSWERED":
    case "CALL_UPDATE_REQUESTED":
    case "DIGITS_RECEIVED":
    case "ACTION_INTERRUPTED":
    default:
      return { actions: [] };
  }
}

function afterSuccess(event: ActionSuccessfulEvent): Decision {
  // Nothing to do when the operator has answered: the two talk. Nor when somebody was hung up on: HANGUP tells.
  if (event.ActionData.Type !== "SpeakAndGetDigits") return { actions: [] };
  const { question }: State = event.CallDetails.TransactionAttributes ?? {};
  switch (`${question}: ${event.ActionData.ReceivedDigits}`) {
    case "menu: 1":
      return menu("", play("opening-hours.wav"));
    case "menu: 0":
      return { actions: [speak("One moment, please."), callOperator(event)] };
    case "operator is busy: 1":
      return { actions: [speak("I try again."), callOperator(event)] };
    case "operator is busy: 2":
      return menu("");
    default:
      return goodbye("Thank you for calling. Goodbye.");
  }
}

function afterFailure(event: ActionFailedEvent): Decision {
  const { Type, ErrorType, ErrorMessage } = event.ActionData;
  console.error(`${Type} failed: ${ErrorType}: ${ErrorMessage}`);
  if (statusOf(event, "LEG-A") === "Disconnected") return { actions: [] }; // the caller left meanwhile
  switch (Type) {
    case "CallAndBridge": // busy, no answer, or not to be reached
      return ask(
        "operator is busy",
        "Nobody is free at the moment. To try again, press 1. For the menu, press 2.",
        "12",
      );
    case "PlayAudio": // the file is missing
      return menu("Our opening hours are on our web site.");
    case "SpeakAndGetDigits": // three times no key, or a wrong one
      return goodbye("Please call again when you know what you would like. Goodbye.");
    default: // not even speech works
      return { actions: [hangUp("LEG-A")] };
  }
}

function afterHangup(event: HangupEvent): Decision {
  const left = event.ActionData.Parameters.ParticipantTag;
  if (left === "LEG-B" && statusOf(event, "LEG-A") === "Connected") return menu("The operator has left.");
  if (left === "LEG-A" && statusOf(event, "LEG-B") === "Connected") return { actions: [hangUp("LEG-B")] };
  return { actions: [] };
}

/** Says something, plays something, and asks what the caller wants. */
function menu(greeting: string, ...before: readonly SmaAction[]): Decision {
  const text = `${greeting} For our opening hours, press 1. To talk to us, press 0. To end this call, press 9.`;
  const { actions, state } = ask("menu", text.trim(), "019");
  return { actions: [...before, ...actions], ...(state && { state }) };
}

function ask(question: Question, Text: string, keys: string): Decision {
  const askForKey: SmaAction = {
    Type: "SpeakAndGetDigits",
    Parameters: {
      ParticipantTag: "LEG-A",
      SpeechParameters: { Text },
      FailureSpeechParameters: { Text: "Sorry, I did not get that." },
      InputDigitsRegex: `^[${keys}]$`,
      MinNumberOfDigits: 1,
      MaxNumberOfDigits: 1,
      Repeat: 3,
      RepeatDurationInMilliseconds: 5000,
    },
  };
  return { actions: [askForKey], state: { question } };
}

/** Calls the operator, who sees the number that was dialled: it is ours, as a caller ID must be. */
function callOperator(event: SmaEvent): SmaAction {
  return {
    Type: "CallAndBridge",
    Parameters: {
      CallTimeoutSeconds: 20,
      CallerIdNumber: event.CallDetails.Participants[0].To,
      RingbackTone: prompt("ringback.wav"),
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: OPERATOR_NUMBER }],
    },
  };
}

const goodbye = (text: string): Decision => ({ actions: [speak(text), hangUp("LEG-A")] });
const prompt = (Key: string) => ({ Type: "S3", BucketName: PROMPT_BUCKET, Key }) as const;
const speak = (Text: string): SmaAction => ({ Type: "Speak", Parameters: { Text, ParticipantTag: "LEG-A" } });
const play = (key: string): SmaAction => ({
  Type: "PlayAudio",
  Parameters: { ParticipantTag: "LEG-A", AudioSource: prompt(key) },
});
const hangUp = (ParticipantTag: Tag): SmaAction => ({
  Type: "Hangup",
  Parameters: { ParticipantTag, SipResponseCode: "0" },
});

/** Undefined when there is no such leg, or it is not answered yet. */
function statusOf(event: SmaEvent, tag: Tag) {
  return event.CallDetails.Participants.find((leg) => leg?.ParticipantTag === tag)?.Status;
}
