import type { IncomingMessage } from "node:http";
import type { CallControl } from "../engine/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { MeetingRegistry } from "../meetings/index.ts";
import type { NumberRange } from "./operations/numbers/number-pool.ts";
import type { Pages } from "../pages/index.ts";
import type { Store } from "../store/index.ts";
import type { Exchange } from "./exchange.ts";
import type { SessionDoor } from "./sessions/session-door.ts";
import type { Session } from "./sessions/sessions.ts";
import type { ApiCertificate, TakeWebSocket } from "./http-server.ts";
import type { Quotas } from "./quotas.ts";
import type { RateLimits, ShareOfRate } from "./rate-limits.ts";
import type { AccessKey } from "./signature/access-keys.ts";

export interface ApiOptions {
  /** Address to listen on, for example 127.0.0.1 or ::1. */
  readonly address: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** What TLS is spoken with; another object as soon as it has changed. Default: no TLS. */
  readonly certificate?: (() => ApiCertificate) | undefined;
  /** Further names and addresses that requests may call this server by in their Host header. */
  readonly hosts?: readonly string[];
  /** Path in front of every route, for example /chime; default none. */
  readonly basePath?: string;
  readonly store: Store;
  readonly calls: CallControl;
  readonly meetings: MeetingRegistry;
  /** Where browsers reach this server, `ws` or `wss`, without a slash at its end; default: where the one who asks for a meeting reached it. */
  readonly meetingsUrl?: string | undefined;
  /** Region name that this server stands for; shown in the log, requests of any Region are served. */
  readonly region: string;
  /** Twelve digits; part of the ARNs in answers. */
  readonly accountId: string;
  /** Numbers that can be ordered; default: none. */
  readonly numberPool?: readonly NumberRange[];
  /** Tells the calls that these numbers, E.164, came into the inventory or left it; default: nobody is told. */
  readonly numbersChanged?: (numbers: readonly string[]) => Promise<void>;
  /** Tells the calls that Voice Connectors or groups have changed; default: nobody is told. */
  readonly connectorsChanged?: () => Promise<unknown>;
  /** Tells the calls that the settings of the account, or what is logged of an application, have changed; default: nobody is told. */
  readonly settingsChanged?: () => Promise<unknown>;
  /** The last time that a Voice Connector was asked whether this server is there; default: none was. */
  readonly lastPing?: (connectorId: string) => { readonly at: number; readonly source: string } | undefined;
  /** Web pages, served where no operation is; default none. */
  readonly pages?: Pages | undefined;
  /** By which requests must be signed; default: whoever reaches the API may use it. */
  readonly accessKeys?: readonly AccessKey[] | undefined;
  /** How many requests are served in a second; default: no limit. */
  readonly rates?: RateLimits;
  /** How much of the rate of an operation this server may serve, where others have the rest; default: all. */
  readonly shareOfRate?: ShareOfRate | undefined;
  /** How many records of each kind can be made; default: any number. */
  readonly quotas?: Quotas;
  /** HTTP status of a CreateSipMediaApplicationCall that went well; default that of the client's model, 201. */
  readonly createCallStatus?: number;
  /** Why no request is served yet, a sentence; undefined when all are. Default: all are. */
  readonly whyClosed?: () => string | undefined;
  /** Why the function of an ARN cannot be invoked, a sentence; undefined when it can. Default: every function can. */
  readonly whyNoFunction?: (functionArn: string) => string | undefined;
  /** What the port serves besides the operations of the service; default: nothing. */
  readonly ownRoutes?: OwnRoutes | undefined;
  /** Takes connections of requests for WebSockets and returns true, or leaves them; default: leaves them all. */
  readonly takeWebSocket?: TakeWebSocket | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Requests that are for no operation of the service, and for no page: what this server shows of itself. */
export interface OwnRoutes {
  /** The route of a request; undefined: it is for none of these. Throws `API_UNKNOWN_OPERATION` where only these could be meant. */
  find(request: IncomingMessage): OwnRoute | undefined;
  /** Ends what would stay open: streams. */
  close(): void;
}

/** Who may ask: `anybody` who reaches the port, at any time and by any host name; `pages` of this server and all that is no page of others, with or
 * without a key; or who has a `key` that allows it. */
export type OwnAccess =
  | { readonly of: "anybody" }
  | { readonly of: "pages" }
  /** `permission`: its name behind `offhook:` in api.roles. */
  | { readonly of: "key"; readonly permission: string };

/** What is known of who asks. */
export interface OwnAsk {
  /** The id of the access key; undefined: there is none, or no key is asked for. */
  readonly who: string | undefined;
  /** Of a browser that has signed in. */
  readonly session: Session | undefined;
  /** undefined: no key is asked for, so that there is nothing to sign in with. */
  readonly sessions: SessionDoor | undefined;
  /** Whether who has a session may use one of our operations. */
  mayAs(session: Session, permission: string): boolean;
  /** Does an operation of the API for who asks, whose right to it is that to ours. Rejects as the operation does, also for input that does not fit. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Promise<object | undefined>;
  /** The body as it came; empty: there is none. */
  bytes(): Uint8Array;
  /** The body, read as JSON; undefined: there is none. Throws `API_UNSUPPORTED_MEDIA_TYPE` and `API_BAD_REQUEST`. */
  body(): unknown;
}

/** One of them. */
export interface OwnRoute {
  readonly access: OwnAccess;
  /** Answers. Rejects with errors of the API. */
  serve(exchange: Exchange, ask: OwnAsk): Promise<void>;
}

/** A running API. */
export interface Api {
  readonly address: string;
  /** The port really bound. */
  readonly port: number;
  /** What an SDK takes as `endpoint`. */
  readonly url: string;
  /** Answers the requests in progress, refuses new ones and closes the port. */
  close(): Promise<void>;
}
