import type { CallLimits, CompatibilitySwitches, JoinedMeeting, JsonObject } from "../../call/index.ts";

/** A handler as Lambda calls it. Its answer counts whichever way it comes first: returned, by promise, thrown, or by callback. */
// oxlint-disable-next-line typescript/no-explicit-any -- handlers of the wild are typed in many ways, and all of them are taken
export type Handler = (event: any, context: any, callback?: any) => unknown;

/** An event as the function gets it. */
export interface SceneEvent {
  readonly SchemaVersion: string;
  readonly Sequence: number;
  readonly InvocationEventType: string;
  readonly ActionData?: JsonObject;
  readonly CallDetails: JsonObject;
  readonly [other: string]: unknown;
}

/** What a scene is set in. All times are milliseconds of virtual time. */
export interface SceneOptions {
  /** Who calls: a number (E.164) or a SIP URI. Default +15105550101; of a call that the API makes the called number's opposite. */
  readonly from?: string;
  /** Who is called. Default +12065550100. */
  readonly to?: string;
  /** Numbers of the inventory, beside the one that the call has: a CallAndBridge may show these. */
  readonly numbers?: readonly string[];
  /** `X-` headers of the caller's INVITE, or SipHeaders of CreateSipMediaApplicationCall. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ArgumentsMap of CreateSipMediaApplicationCall. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** The call is placed over SIP and RTP on loopback, in the time of the machine, and phones of ours judge what is heard. `close` it. */
  readonly real?: boolean;
  /** Of a real call: the folder with a folder for each bucket. */
  readonly objects?: string;
  /** Of a real call: engines that speak, in order. Default: as a server that names none. */
  readonly speechEngines?: readonly ("polly" | "flite" | "espeak-ng")[];
  /** How long prompts are, by key; "missing": there is no such object. Others take 1,500 ms. */
  readonly prompts?: Readonly<Record<string, number | "missing">>;
  /** How long words are said, by text. Others are said at fifteen letters a second. */
  readonly speech?: Readonly<Record<string, number | "missing">>;
  /** What the function takes to answer; a list: each time in turn, and at the end the last again. Default 0. */
  readonly functionMs?: number | readonly number[];
  /** What invocations come to, by their number from 1 (each time that it is asked counts). Others go by `nextAnswer`. */
  readonly faults?: Readonly<Record<string, Fault>>;
  /** Real milliseconds after which a function counts as hanging: its time is then over at once in virtual time. Default 2,000. */
  readonly hangsAfterRealMs?: number;
  /** Epoch milliseconds at which the call begins. Default 1,700,000,000,000. */
  readonly startAt?: number;
  /** Which meeting join tokens let in, and as whom. */
  readonly meeting?: JoinedMeeting;
  /** TransactionId of the events, and CallId of LEG-A. Default: new ones. Those of other legs come of them. */
  readonly transactionId?: string;
  readonly callId?: string;
  readonly limits?: Partial<CallLimits>;
  /** Switches that are not in their default position. */
  readonly compatibility?: Partial<CompatibilitySwitches>;
}

/** What the next invocation of the function comes to, in place of its own answer. */
export type Fault =
  /** It takes this long, and answers. */
  | { readonly slowMs: number }
  /** It throws before it does anything. */
  | "throws"
  /** It answers nothing until its time is over. */
  | "silent"
  /** It ran, and its answer was lost: the server asks again with the same event, which is one of `events` for all that. */
  | "answer-lost"
  /** It ran, and what arrives of its answer can be used for nothing: it is told INVALID_LAMBDA_RESPONSE. */
  | "unusable";
