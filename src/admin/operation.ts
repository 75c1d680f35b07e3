import type { Exchange, OwnAsk } from "../api/index.ts";
import type { EventStreams } from "./feed/event-streams.ts";
import type { AdminSource } from "./source.ts";
import type { ObjectNode, SchemaNode, ValueOf } from "./shapes/schema-node.ts";

/** What an operation may need besides its input. */
export interface AdminCall {
  readonly source: AdminSource;
  readonly streams: EventStreams;
  readonly exchange: Exchange;
  readonly ask: OwnAsk;
}

/** What `handle` gives when it has answered by itself. */
export const answered = Symbol("answered");

/** Where the operations are. */
export const adminPath = "/offhook/v1";

interface Declared {
  /** Its name in the OpenAPI document, and behind `offhook:` in api.roles. */
  readonly id: string;
  /** Whatever is no GET changes something, and is logged with who asked for it. */
  readonly method: "GET" | "POST" | "DELETE";
  /** Behind `/offhook/v1`; members of `input` in braces. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  readonly input: ObjectNode;
  /** What the body of a request has, as JSON; absent: it has none. No member has the name of one of `input`. */
  readonly body?: ObjectNode;
  readonly answer: SchemaNode;
  /** Default: application/json. Of an event stream, `answer` is the data of one event. */
  readonly answerType?: "text/event-stream" | "audio/wav";
  /** Whether `callId` may be of what never was a call, since it was refused; the operation itself says then what is not there. */
  readonly takesRefused?: boolean;
  /** Who may ask; default: who has a key that allows it. */
  readonly access?: "pages";
}

/** An operation: its declaration is what requests are checked by, and what the OpenAPI document is printed from. */
export interface AdminOperation extends Declared {
  /** Gets an input that fits, with the members of the body. Throws errors of the API. */
  handle(input: object, call: AdminCall): unknown;
}

/** Declares an operation; what it takes and gives has the types of its schemas. */
export function defineOperation<
  const Input extends ObjectNode,
  const Answer extends SchemaNode,
  const Body extends ObjectNode = typeof noInput,
>(
  declared: Declared & {
    readonly input: Input;
    readonly body?: Body;
    readonly answer: Answer;
    handle(
      input: ValueOf<Input> & ValueOf<Body>,
      call: AdminCall,
    ): ValueOf<Answer> | typeof answered | Promise<ValueOf<Answer> | typeof answered>;
  },
): AdminOperation {
  return { ...declared, handle: (input, call) => declared.handle(input as ValueOf<Input> & ValueOf<Body>, call) };
}

/** Of an operation that takes nothing. */
export const noInput = { type: "object", additionalProperties: false, properties: {} } as const satisfies ObjectNode;

/** Names of the members that stand in a path. */
export function membersOfPath(path: string): readonly string[] {
  return path.split("/").flatMap((part) => (part.startsWith("{") ? [part.slice(1, -1)] : []));
}
