import type { InvocationResult, Invoker } from "../../invoke/index.ts";

/** Stands in the place of a function's ARN for calls to the number of a Voice Connector, which no application takes. */
export const connectorFunction = "offhook:voice-connector";

/** What is read of an event. */
interface ReadEvent {
  readonly InvocationEventType: string;
  readonly CallDetails: {
    readonly SipMediaApplicationId: string;
    readonly Participants: readonly {
      readonly CallId: string;
      readonly From: string;
      readonly To: string;
      readonly Status?: string;
    }[];
  };
}

/** Invokes functions, and answers by itself for calls to the numbers of Voice Connectors: such a call is an ordinary one whose function bridges
 * it to the connector's equipment and ends one leg with the other. Contract: sip-and-media-connector-number */
export function withConnectorFunction(invoker: Pick<Invoker, "invoke">): Pick<Invoker, "invoke"> {
  return {
    invoke(arn, event, deadlineMs, context) {
      if (arn !== connectorFunction) return invoker.invoke(arn, event, deadlineMs, context);
      const payload = JSON.stringify({ SchemaVersion: "1.0", Actions: answer(event as ReadEvent) });
      return Promise.resolve<InvocationResult>({ type: "response", payload });
    },
  };
}

function answer({ InvocationEventType, CallDetails }: ReadEvent): readonly object[] {
  const { SipMediaApplicationId: connector, Participants } = CallDetails;
  const [caller] = Participants;
  switch (InvocationEventType) {
    case "NEW_INBOUND_CALL": {
      const Endpoints = [{ BridgeEndpointType: "AWS", Arn: connector, Uri: caller?.To }];
      const Parameters = { CallerIdNumber: caller?.From, CallTimeoutSeconds: 60, Endpoints };
      return [{ Type: "CallAndBridge", Parameters }];
    }
    case "ACTION_FAILED":
      return [{ Type: "Hangup", Parameters: { SipResponseCode: "480" } }];
    case "HANGUP":
      return Participants.filter(({ Status }) => Status === "Connected").map(({ CallId }) => {
        return { Type: "Hangup", Parameters: { CallId, SipResponseCode: "0" } };
      });
    default:
      return [];
  }
}
