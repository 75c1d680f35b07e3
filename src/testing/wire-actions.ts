import type { JsonObject } from "../call/index.ts";
import type { WireAction } from "./scripted-reply.ts";

/** A Speak action. */
export function speak(text = "Hello", parameters: JsonObject = {}): WireAction {
  return { Type: "Speak", Parameters: { Text: text, ...parameters } };
}

/** A PlayAudio action on bucket "prompts". */
export function playAudio(key = "hello.wav", parameters: JsonObject = {}): WireAction {
  const source = { Type: "S3", BucketName: "prompts", Key: key };
  return { Type: "PlayAudio", Parameters: { AudioSource: source, ...parameters } };
}

/** A Pause action. */
export function pause(durationMs: unknown = 1_000, parameters: JsonObject = {}): WireAction {
  return { Type: "Pause", Parameters: { DurationInMilliseconds: durationMs, ...parameters } };
}

/** A Hangup action. */
export function hangup(parameters: JsonObject = {}): WireAction {
  return { Type: "Hangup", Parameters: parameters };
}

/** A CallAndBridge action to a telephone number, from LEG-A's own number. */
export function callAndBridge(parameters: JsonObject = {}): WireAction {
  const endpoint = { BridgeEndpointType: "PSTN", Uri: "+15105550177" };
  return {
    Type: "CallAndBridge",
    Parameters: { CallerIdNumber: "+12065550188", Endpoints: [endpoint], ...parameters },
  };
}
