/** Why a client of a meeting, or a telephone leg, is refused, and what it is told: a close code of its WebSocket, or a status in a frame. Listed in
 * `docs/refusals.md`. */
export const meetingRefusalCauses = {
  "no-join-token": {
    status: 4403,
    means: "A WebSocket whose sub-protocols are not `_aws_wt_session` and a join token.",
  },
  "bad-join-token": { status: 4403, means: "The join token names nobody, or its attendee was deleted." },
  "other-meeting": { status: 4403, means: "The join token is of another meeting." },
  "content-session": { status: 4403, means: "A client that wants to share its screen; there is audio only." },
  "foreign-origin": { status: 4403, means: "A page whose origin `meetings.allowedOrigins` does not name." },
  "no-meeting": { status: 4410, means: "The meeting has ended, or there was none of that id." },
  "too-many-sockets": { status: 4503, means: "More WebSockets of one source, or of all, than are kept." },
  "meetings-closing": { status: 4503, means: "The server stops." },
  "never-joined": { status: 4408, means: "A WebSocket over which no JOIN came in time." },
  "meeting-full": { status: 409, means: "As many attendees are in as the meeting may have." },
  "bad-frame": { status: 400, means: "A message that is no frame, or one that is not its turn." },
  "frame-too-large": { status: 400, means: "A message of more than 64 KiB." },
  "too-many-frames": { status: 429, means: "A client that sends more than 800 frames, data messages or KiB a second." },
  "bad-offer": { status: 400, means: "A session description that cannot be answered." },
  "bad-message": { status: undefined, means: "A data message whose topic or size no client may send; it is dropped." },
  "no-room-for-audio": { status: 503, means: "The media workers are too busy for one more member." },
  "no-keys": {
    status: 503,
    means: "The handshake of a browser's audio did not succeed, or its path was lost. Firefox sends none to 127.0.0.1.",
  },
  "no-pong": { status: undefined, means: "A client that does not answer pings; its connection is cut." },
  "slow-reader": { status: undefined, means: "A client that does not read what it is sent; its connection is cut." },
} as const satisfies Readonly<Record<string, { readonly status: number | undefined; readonly means: string }>>;

/** One of the causes of this room. */
export type MeetingRefusalCause = keyof typeof meetingRefusalCauses;

/** Counts a refusal, and says it in the log. */
export type NoteRefusal = (cause: MeetingRefusalCause, why: string, facts?: object) => void;
