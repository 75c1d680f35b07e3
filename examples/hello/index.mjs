// A SIP media application: it gets call events and returns the actions to run.
// Change a word while `npm start` is up, press Enter, and hear the change.

export const handler = async (event) => {
  const { CallDetails: call, ActionData: action } = event;
  console.log(`${event.InvocationEventType} for call ${call.TransactionId}`);

  switch (event.InvocationEventType) {
    case "NEW_OUTBOUND_CALL":
      // Actions are ignored here, but what we keep now comes back with every later event.
      return reply([], { name: action?.Parameters.Arguments.name ?? "there" });

    case "NEW_INBOUND_CALL": // somebody calls us; the first prompt answers
    case "CALL_ANSWERED": // somebody took our call
      return reply([
        speak(`Hello ${call.TransactionAttributes?.name ?? "there"}. This is your function speaking.`),
        { Type: "Pause", Parameters: { DurationInMilliseconds: 500 } },
        speak("Change me, and call again. Goodbye."),
        { Type: "Hangup", Parameters: { SipResponseCode: "0" } },
      ]);

    case "CALL_UPDATE_REQUESTED":
      return reply([speak(action.Parameters.Arguments.text ?? "You have news."), { Type: "Hangup", Parameters: {} }]);

    default:
      return reply([]);
  }
};

const speak = (Text) => ({ Type: "Speak", Parameters: { Text } });

const reply = (Actions, TransactionAttributes) => ({ SchemaVersion: "1.0", Actions, TransactionAttributes });
