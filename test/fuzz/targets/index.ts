import type { FuzzTarget } from "../target.ts";
import { descriptions } from "./descriptions.ts";
import { handshakes } from "./handshakes.ts";
import { packets } from "./packets.ts";
import { replies } from "./replies.ts";
import { requests } from "./requests.ts";
import { sipAgent } from "./sip-agent.ts";
import { sipMessages } from "./sip-messages.ts";
import { sipParts } from "./sip-parts.ts";
import { sounds } from "./sounds.ts";
import { speech } from "./speech.ts";

/** Every reader of foreign bytes. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...[sipAgent, ...sipMessages, ...sipParts, ...descriptions],
  ...[...packets, ...handshakes, ...requests],
  ...[...sounds, ...speech, ...replies],
];
