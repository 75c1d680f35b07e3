import type { CallFact, CallObservation, ParticipantTag } from "../call/index.ts";
import type { Clock, TransactionId } from "../kernel/index.ts";
import type { MediaSession } from "../media/index.ts";
import type { SipTraceEntry } from "../sip/index.ts";
import { createLogFiles, type LogFilesParts } from "./log-files.ts";
import { createMediaQuality, type ConnectorCall, type MediaQuality } from "./media-quality.ts";

/** Whose messages are logged, by id. */
export interface LogSwitches {
  readonly applications: ReadonlySet<string>;
  readonly connectors: ReadonlySet<string>;
  /** Of these how the audio of calls is. */
  readonly audioOfConnectors: ReadonlySet<string>;
}

/** What they are made with. */
export interface MessageLogsParts extends LogFilesParts {
  readonly region: string;
  /** The Voice Connector that a number belongs to. */
  readonly connectorOf: (number: string) => string | undefined;
  /** The Voice Connector that a trunk is. */
  readonly connectorOfTrunk: (name: string) => string | undefined;
}

/** The logs of messages. What is told while nothing is switched on costs nothing. */
export interface MessageLogs {
  /** From now on; calls that are up too. */
  switch(switches: LogSwitches): void;
  message(entry: SipTraceEntry): void;
  observe(observation: CallObservation): void;
  /** Audio begins to flow in a session of a leg. */
  audio(
    leg: { readonly transactionId: TransactionId; readonly participantTag: ParticipantTag },
    session: MediaSession,
  ): void;
  close(): Promise<void>;
}

interface Message {
  readonly at: number;
  readonly text: string;
}

/** A call as far as its logs need it. */
interface Call {
  readonly dialogs: string[];
  /** Call-IDs by legs. */
  readonly endpoints: Map<string, string>;
  /** undefined: it has not been told yet. */
  applicationId: string | undefined;
  connectorId: string | undefined;
  parties: { readonly from: string; readonly to: string } | undefined;
  /** undefined: it is of no connector. */
  quality: ConnectorCall | undefined;
  /** Type of the last event that the function was asked about. */
  event: string;
}

/** Most dialogs of which messages wait for their call, and messages of each. */
const mostDialogs = 1_000;
const mostMessages = 20;
/** Most calls, those that have ended and whose last messages may still come among them. */
const mostCalls = 20_000;

/** Makes them. */
export function createMessageLogs(parts: MessageLogsParts): MessageLogs {
  return new Logs(parts);
}

class Logs implements MessageLogs {
  readonly #parts: MessageLogsParts;
  readonly #clock: Clock;
  readonly #files;
  readonly #quality: MediaQuality;
  #switches: LogSwitches = { applications: new Set(), connectors: new Set(), audioOfConnectors: new Set() };
  #isOn = false;
  readonly #calls = new Map<string, Call>();
  readonly #byDialog = new Map<string, { readonly id: string; readonly call: Call }>();
  readonly #unclaimed = new Map<string, Message[]>();

  constructor(parts: MessageLogsParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#files = createLogFiles(parts);
    this.#quality = createMediaQuality({
      ...parts,
      isOn: (connectorId) => this.#switches.audioOfConnectors.has(connectorId),
      append: (group, line) => this.#files.append(group, line),
    });
  }

  switch(switches: LogSwitches): void {
    this.#switches = switches;
    this.#isOn = switches.applications.size > 0 || switches.connectors.size > 0;
    if (!this.#isOn) this.#unclaimed.clear();
    this.#quality.switched();
  }

  message(entry: SipTraceEntry): void {
    const { sipCallId, method, isRetransmission } = entry;
    if (!this.#isOn || isRetransmission) return;
    const of = this.#byDialog.get(sipCallId);
    if (of !== undefined && !this.#isLogged(of.call)) return;
    const message = { at: this.#clock.now(), text: withoutKeys(method, entry.text()) };
    if (of?.call.applicationId !== undefined) return this.#write(of.id, of.call, message);
    const waiting = this.#unclaimed.get(sipCallId) ?? [];
    if (waiting.length >= mostMessages) return;
    keepAtMost(this.#unclaimed, mostDialogs);
    this.#unclaimed.set(sipCallId, [...waiting, message]);
  }

  observe({ at, transactionId, fact }: CallObservation): void {
    // Whose a dialog is has to be known also of calls that are up when a log is switched on.
    if (fact.type === "leg-signalled" || fact.type === "call-started") this.#follow(transactionId, fact);
    const call = this.#calls.get(transactionId);
    if (call === undefined) return;
    if (fact.type === "audio-ended") this.#quality.ended(transactionId, fact.participantTag, fact.audio);
    if (fact.type === "invoked") call.event = eventOf(fact.event);
    if (fact.type === "call-ended") this.#forgetLater(transactionId, call);
    const { applicationId } = call;
    const message = describeFault(fact);
    if (message === undefined || applicationId === undefined || !this.#switches.applications.has(applicationId)) return;
    this.#files.append(applicationGroup(applicationId), {
      ...this.#common(applicationId, transactionId, at),
      ...{ transaction_id: transactionId, invocation_event_type: call.event, message },
    });
  }

  audio(
    { transactionId, participantTag }: Parameters<MessageLogs["audio"]>[0],
    session: Parameters<MessageLogs["audio"]>[1],
  ): void {
    const call = this.#calls.get(transactionId)?.quality;
    if (call !== undefined) this.#quality.begin(call, participantTag, session);
  }

  close(): Promise<void> {
    for (const id of this.#calls.keys()) this.#quality.over(id);
    return this.#files.close();
  }

  #follow(id: string, fact: Extract<CallFact, { type: "leg-signalled" | "call-started" }>): void {
    const known = this.#calls.get(id);
    const call: Call = known ?? {
      ...{ dialogs: [], endpoints: new Map(), applicationId: undefined, connectorId: undefined },
      ...{ parties: undefined, quality: undefined, event: "" },
    };
    if (known === undefined) {
      const oldest = keepAtMost(this.#calls, mostCalls);
      if (oldest !== undefined) this.#forget(...oldest);
      this.#calls.set(id, call);
    }
    if (fact.type === "leg-signalled") {
      call.dialogs.push(fact.sipCallId);
      call.endpoints.set(fact.participantTag, fact.sipCallId);
      const byTrunk = fact.trunk === undefined ? undefined : this.#parts.connectorOfTrunk(fact.trunk);
      this.#noteConnector(id, call, byTrunk, fact.participantTag);
      this.#byDialog.set(fact.sipCallId, { id, call });
    } else {
      this.#noteParties(id, call, fact);
    }
    if (call.applicationId === undefined) return;
    for (const dialog of call.dialogs) {
      const waiting = this.#unclaimed.get(dialog) ?? [];
      this.#unclaimed.delete(dialog);
      for (const message of waiting) this.#write(id, call, message);
    }
  }

  #noteParties(
    id: string,
    call: Call,
    { applicationId, from, to, direction }: Extract<CallFact, { type: "call-started" }>,
  ): void {
    const { connectorOf } = this.#parts;
    call.applicationId = applicationId;
    const called = connectorOf(to);
    call.parties = { from, to };
    const isByCaller = called === undefined && direction === "inbound";
    this.#noteConnector(id, call, called ?? connectorOf(from), isByCaller ? "LEG-A" : "LEG-B");
  }

  #noteConnector(id: string, call: Call, connectorId: string | undefined, customerTag: string): void {
    if (connectorId === undefined || call.connectorId !== undefined || call.parties === undefined) return;
    call.connectorId = connectorId;
    const endpointId = () => call.endpoints.get(customerTag) ?? call.endpoints.get("LEG-A") ?? "";
    call.quality = { id, connectorId, ...call.parties, customerTag, endpointId };
  }

  #isLogged({ applicationId, connectorId }: Call): boolean {
    const { applications, connectors } = this.#switches;
    if (applicationId === undefined) return true;
    return applications.has(applicationId) || (connectorId !== undefined && connectors.has(connectorId));
  }

  #write(id: string, { applicationId = "", connectorId }: Call, { at, text }: Message): void {
    const { applications, connectors } = this.#switches;
    if (applications.has(applicationId))
      this.#files.append(applicationGroup(applicationId), {
        ...this.#common(applicationId, id, at),
        ...{ transaction_id: id, sip_message: text },
      });
    if (connectorId === undefined || !connectors.has(connectorId)) return;
    this.#files.append(`/aws/ChimeVoiceConnectorSipMessages/${connectorId}`, {
      ...{ voice_connector_id: connectorId, aws_region: this.#parts.region, event_timestamp: at },
      ...{ call_id: id, sip_message: text },
    });
  }

  #common(applicationId: string, id: string, at: number): object {
    return {
      ...{ sip_media_application_id: applicationId, aws_region: this.#parts.region },
      ...{ event_timestamp: at, call_id: id },
    };
  }

  /** The 200 of its BYE is still to come. */
  #forgetLater(id: string, call: Call): void {
    this.#clock.startTimer(1_000, () => this.#forget(id, call));
  }

  #forget(id: string, call: Call): void {
    this.#calls.delete(id);
    this.#quality.over(id);
    for (const dialog of call.dialogs) this.#byDialog.delete(dialog);
  }
}

/** Makes room for one more; gives what went. */
function keepAtMost<Value>(map: Map<string, Value>, most: number): [string, Value] | undefined {
  const [oldest] = map;
  if (map.size < most || oldest === undefined) return undefined;
  map.delete(oldest[0]);
  return oldest;
}

function applicationGroup(id: string): string {
  return `/aws/ChimeSipMediaApplicationSipMessages/${id}`;
}

function eventOf(event: object): string {
  const { InvocationEventType } = event as { readonly InvocationEventType?: unknown };
  return typeof InvocationEventType === "string" ? InvocationEventType : "";
}

/** What went wrong between an application and its function; undefined: nothing did. */
function describeFault(fact: CallFact): string | undefined {
  switch (fact.type) {
    case "function-failed":
      return `The function could not be asked or gave no reply (${fact.reason}): ${fact.message}`;
    case "response-invalid":
      return `The reply of the function cannot be used (${fact.errorType}): ${fact.message}`;
    case "response-ignored":
      return `The reply of the function was ignored: ${fact.why}`;
    default:
      return undefined;
  }
}

/** Keys that callers press are in no log: a PIN may be among them. RFC 6086, application/dtmf-relay and application/dtmf */
function withoutKeys(method: string, text: string): string {
  if (method !== "INFO") return text;
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return text;
  const keyAlone = /^([ \t]*(?:Signal[ \t]*=[ \t]*)?)[0-9A-D*#](?=[ \t]*\r?$)/gim;
  return text.slice(0, end + 4) + text.slice(end + 4).replace(keyAlone, "$1x");
}
