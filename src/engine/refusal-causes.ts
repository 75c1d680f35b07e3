import { legRefusalCauses } from "../endpoint/index.ts";

/** Why the call engine refuses an INVITE. Listed in `docs/refusals.md`. */
export const callRefusalCauses = {
  "no-rule": { status: 404, means: "No SIP rule takes the called number or host name." },
  "not-of-trunk": { status: 404, means: "The trunk that the call comes from brings no calls for the called number." },
  "connector-closed": {
    status: 403,
    means:
      "The Voice Connector whose host was called takes no such call: its termination is not there or disabled, its address list lacks the source, its regions the called country, or it requires encryption and the call comes without.",
  },
  "trunk-full": {
    status: 503,
    means: "As many calls of the trunk as its `maxCalls` are up, or as its `callsPerSecond` began within a second.",
  },
  "no-application": { status: 480, means: "The applications of the rule do not exist." },
  "no-join-token": { status: 403, means: "A call to the number of meetings brought no `X-chime-join-token`." },
  "not-let-in": {
    status: 403,
    means: "The meeting lets nobody in with this token: it is wrong, or the meeting has ended or is full.",
  },
  "no-common-audio": { status: 488, means: "The offer has no audio that this server takes." },
  "not-encrypted": { status: 488, means: "The offer has audio in the clear only, where `srtp` is `required`." },
  draining: { status: 503, means: "The server stops. OPTIONS gets 480." },
  "calls-full": { status: 503, means: "As many calls as `limits.maxCalls` allows are up." },
  overloaded: {
    status: 503,
    means: "The server is overloaded and takes only as many calls a second as it can set up.",
  },
  starting: { status: 503, means: "The server is not ready yet." },
  "no-descriptors": { status: 503, means: "The process has no file descriptor left (`ulimit -n`)." },
  "no-media-ports": { status: 503, means: "No free pair of ports is left in `media.ports`." },
  "media-busy": { status: 503, means: "The media workers are too busy for one more call." },
  ...legRefusalCauses,
  "server-error": { status: 500, means: "An error in the server; its stack is in the log." },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly means: string }>>;

/** One of the causes of this room. */
export type CallRefusalCause = keyof typeof callRefusalCauses;
