import { createRequire } from "node:module";

/** A frame as the official client reads it: only what is there. */
export interface OfficialFrame {
  readonly type: string;
  readonly error?: { readonly status: number; readonly description: string };
  readonly joinack?: {
    readonly turnCredentials?: { readonly username: string; readonly password: string; readonly ttl: number };
    readonly videoSubscriptionLimit?: number;
  };
  readonly suback?: { readonly sdpAnswer?: string };
  readonly index?: { readonly atCapacity?: boolean; readonly numParticipants?: number };
  readonly pingPong?: { readonly type: "PING" | "PONG"; readonly pingId: number };
  readonly audioStatus?: { readonly audioStatus: number };
  readonly audioStreamIdInfo?: {
    readonly streams: readonly {
      readonly audioStreamId: number;
      readonly attendeeId?: string;
      readonly externalUserId?: string;
      readonly muted?: boolean;
      readonly dropped?: boolean;
    }[];
  };
  readonly audioMetadata?: {
    readonly attendeeStates: readonly { readonly audioStreamId: number; readonly volume: number }[];
  };
  readonly dataMessage?: {
    readonly messages: readonly {
      readonly topic: string;
      readonly data: Uint8Array;
      readonly senderAttendeeId: string;
      readonly senderExternalUserId: string;
      readonly ingestTimeNs: number;
    }[];
  };
}

interface Codec {
  readonly Type: Readonly<Record<string, number>>;
  decode(bytes: Uint8Array): object;
  encode(frame: object): { finish(): Uint8Array };
  fromObject(frame: object): object;
  toObject(frame: object, options: object): OfficialFrame;
}

// Required, since its type declarations want those of a browser.
const { SdkSignalFrame: codec } = createRequire(import.meta.url)(
  "amazon-chime-sdk-js/build/signalingprotocol/SignalingProtocol.js",
) as { readonly SdkSignalFrame: Codec };

/** Frames by the codec inside the official client. */
export const officialFrames = {
  codec,
  /** Prints a client's frame as a message.
   * @param type a name of `SdkSignalFrame.Type` */
  encode(type: string, body: object = {}): Uint8Array {
    const frame = codec.fromObject({ timestampMs: Date.now(), type: codec.Type[type], ...body });
    return Uint8Array.of(0x05, ...codec.encode(frame).finish());
  },
  decode(message: Uint8Array): OfficialFrame {
    return codec.toObject(codec.decode(message.subarray(1)), { longs: Number, enums: String, arrays: false });
  },
  /** A frame in a few words; in a roster `+3 Ann` is an arrival, `-3` a departure, `-3!` a drop, `3 muted` a microphone. */
  print(frame: OfficialFrame): string {
    const { error, suback, index, pingPong, audioStatus, audioStreamIdInfo, audioMetadata, dataMessage } = frame;
    if (pingPong !== undefined) return pingPong.type;
    const words = [
      audioStreamIdInfo === undefined ? (audioMetadata === undefined ? frame.type : "volumes") : "roster",
      ...(error === undefined ? [] : [`error ${error.status}`]),
      ...(suback?.sdpAnswer === undefined ? [] : ["answer"]),
      ...(index === undefined ? [] : [String(index.numParticipants)]),
      ...(audioStatus === undefined ? [] : [String(audioStatus.audioStatus)]),
      ...(audioStreamIdInfo?.streams ?? []).map(printEntry),
      ...(audioMetadata?.attendeeStates ?? []).map((one) => `${one.audioStreamId} at ${one.volume}`),
      ...(dataMessage?.messages ?? []).map((one) => {
        const throttled = one.ingestTimeNs === 0 ? " throttled" : "";
        return `${one.topic}=${Buffer.from(one.data).toString()} of ${one.senderExternalUserId}${throttled}`;
      }),
    ];
    return words.join(" ");
  },
};

type Entry = NonNullable<OfficialFrame["audioStreamIdInfo"]>["streams"][number];

function printEntry({ audioStreamId, externalUserId, muted, dropped }: Entry): string {
  const microphone = muted === undefined ? "" : muted ? " muted" : " open";
  if (externalUserId !== undefined) return `+${audioStreamId} ${externalUserId}${microphone}`;
  return muted === undefined ? `-${audioStreamId}${dropped === true ? "!" : ""}` : `${audioStreamId}${microphone}`;
}
