import type { CallControl } from "../../engine/index.ts";
import type { Clock, Logger } from "../../kernel/index.ts";
import type { MeetingRegistry } from "../../meetings/index.ts";
import type { Store } from "../../store/index.ts";
import type { WithinQuota } from "../quotas.ts";
import type { Attempt, RecentCalls } from "../recent-calls.ts";
import type { NumberRange } from "./numbers/number-pool.ts";

/** What operations work with. */
export interface OperationContext {
  readonly store: Store;
  readonly calls: CallControl;
  readonly recentCalls: RecentCalls;
  readonly meetings: MeetingRegistry;
  /** Where browsers reach this server, `ws` or `wss`, without a slash at its end; undefined: where its caller did. */
  readonly meetingsUrl?: string | undefined;
  /** Makes records where the account may have more of them. */
  readonly withinQuota: WithinQuota;
  readonly region: string;
  readonly accountId: string;
  /** Numbers that can be ordered. */
  readonly numberPool: readonly NumberRange[];
  /** Tells the calls that these numbers, E.164, came into the inventory or left it. */
  readonly numbersChanged: (numbers: readonly string[]) => Promise<void>;
  /** Tells the calls that Voice Connectors or groups have changed; resolves when new calls go by them. */
  readonly connectorsChanged: () => Promise<unknown>;
  /** Tells the calls that the settings of the account, or what is logged of an application, have changed. */
  readonly settingsChanged: () => Promise<unknown>;
  /** The last time that a Voice Connector was asked whether this server is there; undefined: it was not. */
  readonly lastPing: (connectorId: string) => { readonly at: number; readonly source: string } | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Why the function of an ARN cannot be invoked, a sentence; undefined when it can. */
  readonly whyNoFunction?: (functionArn: string) => string | undefined;
}

/** What an operation may know of its request beside the input. */
export interface RequestFacts {
  /** Which attempt it is of what the client asks for: `amz-sdk-invocation-id` is the same for all, `amz-sdk-request` counts them. */
  readonly attempt: Attempt;
  /** The answer's `x-amzn-requestid`. */
  readonly requestId: string;
  /** Where the request reached this server, as a WebSocket would: `ws://host:port`, over TLS `wss://host:port`, with the base path. */
  readonly ownUrl: string;
}

/** One operation: a checked input in, the response body out (undefined for an answer without body).
 * Rejects with the codes of `errors.ts`. */
export interface Operation {
  /** As in the official client, for example GetSipRule. */
  readonly name: string;
  handle(input: object, context: OperationContext, facts: RequestFacts): Promise<object | undefined>;
}

/** Makes an operation.
 * @param handle gets the input in the shape that the schema and the constraints table promise */
export function defineOperation<Input extends object>(
  name: string,
  handle: (input: Input, context: OperationContext, facts: RequestFacts) => Promise<object | undefined>,
): Operation {
  return { name, handle: (input, context, facts) => handle(input as Input, context, facts) };
}
