import type { IncomingMessage } from "node:http";
import type { CallControl } from "../engine/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { MeetingRegistry } from "../meetings/index.ts";
import type { NumberRange } from "./operations/numbers/number-pool.ts";
import type { Pages } from "../pages/index.ts";
import type { Store } from "../store/index.ts";
import type { Exchange } from "./exchange.ts";
import type { ApiCertificate, TakeWebSocket } from "./http-server.ts";
import type { Quotas } from "./quotas.ts";
import type { RateLimits } from "./rate-limits.ts";
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
  readonly connectorsChanged?: () => Promise<void>;
  /** Tells the calls that the settings of the account have changed; default: nobody is told. */
  readonly settingsChanged?: () => Promise<void>;
  /** The last time that a Voice Connector was asked whether this server is there; default: none was. */
  readonly lastPing?: (connectorId: string) => { readonly at: number; readonly source: string } | undefined;
  /** Web pages, served where no operation is; default none. */
  readonly pages?: Pages | undefined;
  /** By which requests must be signed; default: whoever reaches the API may use it. */
  readonly accessKeys?: readonly AccessKey[] | undefined;
  /** How many requests are served in a second; default: no limit. */
  readonly rates?: RateLimits;
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

/** One of them. */
export interface OwnRoute {
  /** Its name behind `offhook:` in api.roles; undefined: whoever reaches the port may ask, at any time and by any host name. */
  readonly permission: string | undefined;
  /** Answers. Rejects with errors of the API. */
  serve(exchange: Exchange): Promise<void>;
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
