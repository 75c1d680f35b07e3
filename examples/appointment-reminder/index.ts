/** Calls a patient, says when the appointment is, and asks whether it stands. The request's `ArgumentsMap` comes with NEW_OUTBOUND_CALL only, so
 * it is kept in `TransactionAttributes`; an update of the live call brings another time. */

import type {
  ActionFailedEvent,
  ActionSuccessfulEvent,
  CallUpdateRequestedEvent,
  SmaAction,
  SmaEvent,
  SmaResponse,
} from "offhook/types";

/** What is kept of the call. */
type State = Readonly<Record<string, string>> & {
  readonly name: string;
  readonly time: string;
  readonly outcome: "open" | "confirmed" | "cancelled" | "message left";
};

interface Decision {
  readonly actions: readonly SmaAction[];
  readonly state: State;
}

const { CALL_BACK_NUMBER = "206 555 0100" } = process.env;
/** How a call ended, by the code of SIP, as it is told to who looks at the terminal. */
const toldEnds: Readonly<Record<number, string>> = { 480: "not reached", 486: "busy" };
const unknown: State = { name: "there", time: "the time that we agreed on", outcome: "open" };

export const handler = async (event: SmaEvent): Promise<SmaResponse> => {
  const kept = event.CallDetails.TransactionAttributes as State | undefined;
  const { actions, state } = decide(event, kept ?? unknown);
  const told = actions.map((action) => action.Type).join(", ");
  console.log(`${event.CallDetails.TransactionId} ${event.InvocationEventType} -> ${told || "nothing"}`);
  return { SchemaVersion: "1.0", Actions: actions, TransactionAttributes: state };
};

function decide(event: SmaEvent, state: State): Decision {
  switch (event.InvocationEventType) {
    case "NEW_OUTBOUND_CALL": // actions would be ignored; what we keep comes back with each later event
      return { actions: [], state: { ...state, ...event.ActionData?.Parameters.Arguments } };
    case "CALL_ANSWERED":
      return { actions: [speak(`Hello ${state.name}. This is Example Dental.`), ask(state)], state };
    case "CALL_UPDATE_REQUESTED":
      return afterUpdate(event, state);
    case "ACTION_SUCCESSFUL":
      return afterSuccess(event, state);
    case "ACTION_FAILED":
      return afterFailure(event, state);
    case "HANGUP":
      console.log(
        `${event.CallDetails.Participants[0].To}: ${state.outcome},`,
        toldEnds[event.ActionData.Parameters.SipResponseCode ?? 0] ?? "hung up",
      );
      return { actions: [], state };
    case "INVALID_LAMBDA_RESPONSE":
      console.error(`our reply was refused: ${event.ErrorType}: ${event.ErrorMessage}`);
      return { actions: [hangUp], state };
    case "NEW_INBOUND_CALL": // patients call another number
      return { actions: [hangUp], state };
    case "RINGING":
    case "DIGITS_RECEIVED":
    case "ACTION_INTERRUPTED": // tells only what an update has cut off
    default:
      return { actions: [], state };
  }
}

function afterUpdate(event: CallUpdateRequestedEvent, state: State): Decision {
  const time = event.ActionData.Parameters.Arguments["time"];
  if (time === undefined || state.outcome !== "open") return { actions: [], state };
  const next = { ...state, time };
  // While it rings nobody can hear the news; CALL_ANSWERED tells them.
  if (event.CallDetails.Participants[0].Status !== "Connected") return { actions: [], state: next };
  return { actions: [speak("Excuse me, there is news."), ask(next)], state: next };
}

function afterSuccess(event: ActionSuccessfulEvent, state: State): Decision {
  const { ActionData: action } = event;
  if (action.Type !== "SpeakAndGetDigits") return { actions: [], state };
  // The time has changed while this question was asked: its answer does not count, the news come next.
  if (action.Parameters.SpeechParameters.Text !== questionOf(state)) return { actions: [], state };
  return action.ReceivedDigits === "1"
    ? end(`Thank you. We see you on ${state.time}. Goodbye.`, { ...state, outcome: "confirmed" })
    : end("Your appointment is cancelled. Goodbye.", { ...state, outcome: "cancelled" });
}

function afterFailure(event: ActionFailedEvent, state: State): Decision {
  const { Type, Parameters, ErrorType, ErrorMessage } = event.ActionData;
  console.error(`${Type} failed: ${ErrorType}: ${ErrorMessage}`);
  if (event.CallDetails.Participants[0].Status === "Disconnected") return { actions: [], state }; // who was called left
  if (ErrorType !== "InvalidDigitsReceived") return { actions: [hangUp], state };
  const { Text } = Parameters["SpeechParameters"] as { readonly Text: string };
  if (Text !== questionOf(state)) return { actions: [], state };
  // Nobody presses a key: most likely a voicemail, which has stopped talking by now.
  const text = `This is a message for ${state.name}. You have an appointment at Example Dental on ${state.time}.`;
  return end(`${text} To cancel it, call ${CALL_BACK_NUMBER}. Goodbye.`, { ...state, outcome: "message left" });
}

const questionOf = ({ time }: State) =>
  `Your appointment is on ${time}. To confirm it, press 1. To cancel it, press 2.`;

function ask(state: State): SmaAction {
  return {
    Type: "SpeakAndGetDigits",
    Parameters: {
      SpeechParameters: { Text: questionOf(state) },
      FailureSpeechParameters: { Text: "Sorry, I did not get that." },
      InputDigitsRegex: "^[12]$",
      MinNumberOfDigits: 1,
      MaxNumberOfDigits: 1,
      Repeat: 2,
      RepeatDurationInMilliseconds: 5000,
    },
  };
}

const end = (text: string, state: State): Decision => ({ actions: [speak(text), hangUp], state });
const speak = (Text: string): SmaAction => ({ Type: "Speak", Parameters: { Text } });
const hangUp: SmaAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
