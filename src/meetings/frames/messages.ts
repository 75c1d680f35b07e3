import { many, one, shape, type Message } from "./shape.ts";

// The messages of the protocol of `amazon-chime-sdk-js` (`SdkSignalFrame` and its bodies), as far as a server of audio reads or writes them.

const error = shape({ status: one(1, "uint32"), description: one(2, "string") });

const join = shape({
  protocolVersion: one(1, "uint32"),
  clientDetails: one(
    4,
    shape({
      platformName: one(5, "string"),
      platformVersion: one(6, "string"),
      clientSource: one(7, "string"),
      chimeSdkVersion: one(8, "string"),
    }),
  ),
  audioSessionId: one(6, "uint64"),
});

const joinAck = shape({
  turnCredentials: one(
    1,
    shape({
      username: one(1, "string"),
      password: one(2, "string"),
      ttl: one(3, "uint32"),
      uris: many(4, "string"),
    }),
  ),
  videoSubscriptionLimit: one(2, "uint32"),
});

const subscribe = shape({
  duplex: one(1, "uint32"),
  sendStreams: many(2, shape({ mediaType: one(9, "uint32") })),
  sdpOffer: one(4, "string"),
  audioMuted: one(7, "bool"),
});

const subscribeAck = shape({ duplex: one(1, "uint32"), sdpAnswer: one(3, "string") });

const index = shape({ atCapacity: one(1, "bool"), numParticipants: one(4, "uint32") });

const audioMetadata = shape({
  attendeeStates: many(1, shape({ audioStreamId: one(1, "uint32"), volume: one(2, "uint32") })),
});

const audioStreamIdInfo = shape({
  streams: many(
    1,
    shape({
      audioStreamId: one(1, "uint32"),
      attendeeId: one(2, "string"),
      muted: one(3, "bool"),
      externalUserId: one(4, "string"),
      dropped: one(5, "bool"),
    }),
  ),
});

const pingPong = shape({ type: one(1, "uint32"), pingId: one(2, "uint32") });

const metric = shape({ type: one(1, "uint32"), value: one(2, "double") });
const clientMetric = shape({
  globalMetrics: many(1, metric),
  streamMetricFrames: many(2, shape({ metrics: many(5, metric) })),
});

const dataMessage = shape({
  messages: many(
    1,
    shape({
      topic: one(1, "string"),
      data: one(2, "bytes"),
      lifetimeMs: one(3, "uint32"),
      senderAttendeeId: one(4, "string"),
      ingestTimeNs: one(5, "int64"),
      senderExternalUserId: one(6, "string"),
    }),
  ),
});

/** When a client did what on its way into a meeting, epoch milliseconds. */
const sessionTiming = shape({
  signaling: many(
    1,
    shape({ startMs: one(1, "int64"), joinSentMs: one(2, "int64"), iceConnectedMs: one(10, "int64") }),
  ),
});

/** The frame, one of whose bodies is there. */
export const signalFrame = shape({
  timestampMs: one(1, "uint64"),
  type: one(2, "uint32"),
  error: one(3, error),
  join: one(4, join),
  joinack: one(5, joinAck),
  sub: one(6, subscribe),
  suback: one(7, subscribeAck),
  index: one(8, index),
  leaveAck: one(12, shape({})),
  audioControl: one(17, shape({ muted: one(1, "bool") })),
  audioMetadata: one(18, audioMetadata),
  audioStreamIdInfo: one(19, audioStreamIdInfo),
  pingPong: one(20, pingPong),
  audioStatus: one(21, shape({ audioStatus: one(1, "uint32") })),
  clientMetric: one(22, clientMetric),
  dataMessage: one(23, dataMessage),
  meetingSessionTiming: one(44, sessionTiming),
});

/** `SdkSignalFrame.Type`. */
export const frameNumbers = {
  join: 1,
  "join-ack": 2,
  subscribe: 3,
  "subscribe-ack": 4,
  index: 5,
  leave: 9,
  "leave-ack": 10,
  "audio-control": 16,
  "audio-metadata": 17,
  "audio-stream-id-info": 18,
  "ping-pong": 19,
  "audio-status": 20,
  "client-metric": 21,
  "data-message": 22,
  "primary-meeting-join": 25,
  "primary-meeting-join-ack": 26,
  "meeting-session-timing": 43,
} as const;

/** Name of a type of frame. */
export type FrameName = keyof typeof frameNumbers;
export type SignalFrame = Message<typeof signalFrame>;
export type JoinBody = Message<typeof join>;
export type SubscribeBody = Message<typeof subscribe>;
export type DataMessage = NonNullable<Message<typeof dataMessage>["messages"]>[number];
export type SessionTiming = Message<typeof sessionTiming>;
export type ClientMetrics = Message<typeof clientMetric>;
