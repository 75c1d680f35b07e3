import type { AudioCodec } from "../../sdp/index.ts";
import type { Codec } from "./codec.ts";
import { pcma, pcmu } from "./g711.ts";
import { opus } from "./opus/opus.ts";
import { g722 } from "./g722/g722.ts";

/** All codecs that streams can be of. */
export const codecs: Readonly<Record<AudioCodec["name"], Codec>> = { PCMU: pcmu, PCMA: pcma, G722: g722, opus };
