import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventStreams } from "./feed/event-streams.ts";
import type { AdminSource } from "./source.ts";
import type { ObjectNode, SchemaNode, ValueOf } from "./shapes/schema-node.ts";

/** What an operation may need besides its input. */
export interface AdminCall {
  readonly source: AdminSource;
  readonly streams: EventStreams;
  readonly exchange: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

/** What `handle` gives when it has answered by itself. */
export const answered = Symbol("answered");

/** Where the operations are. */
export const adminPath = "/offhook/v1";

interface Declared {
  /** Its name in the OpenAPI document, and behind `offhook:` in api.roles. */
  readonly id: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Behind `/offhook/v1`; members of `input` in braces. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  readonly input: ObjectNode;
  readonly answer: SchemaNode;
  /** Default: application/json. Of an event stream, `answer` is the data of one event. */
  readonly answerType?: "text/event-stream";
}

/** An operation: its declaration is what requests are checked by, and what the OpenAPI document is printed from. */
export interface AdminOperation extends Declared {
  /** Gets an input that fits. Throws errors of the API. */
  handle(input: object, call: AdminCall): unknown;
}

/** Declares an operation; what it takes and gives has the types of its schemas. */
export function defineOperation<const Input extends ObjectNode, const Answer extends SchemaNode>(
  declared: Declared & {
    readonly input: Input;
    readonly answer: Answer;
    handle(input: ValueOf<Input>, call: AdminCall): ValueOf<Answer> | Promise<ValueOf<Answer>> | typeof answered;
  },
): AdminOperation {
  return { ...declared, handle: (input, call) => declared.handle(input as ValueOf<Input>, call) };
}

/** Of an operation that takes nothing. */
export const noInput = { type: "object", additionalProperties: false, properties: {} } as const satisfies ObjectNode;

/** Names of the members that stand in a path. */
export function membersOfPath(path: string): readonly string[] {
  return path.split("/").flatMap((part) => (part.startsWith("{") ? [part.slice(1, -1)] : []));
}
