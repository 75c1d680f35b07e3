import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LanguageCode, VoiceId } from "@aws-sdk/client-polly";
import { makeSdkClient } from "../../kernel/index.ts";
import type { SpeechRequest } from "../types.ts";
import type { PollySettings } from "./polly-settings.ts";

/** Time for a connection, milliseconds. */
const connectMs = 1_000;
/** Most connections at one time. */
const mostConnections = 50;
/** Credentials that AWS does not take, for stand-ins. */
const standIn = { accessKeyId: "offhook", secretAccessKey: "offhook" };
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What Polly answers. */
export interface PollyAnswer {
  readonly contentType: string | undefined;
  /** Fails when the stream breaks off. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The official client. */
export interface PollyClient {
  /** Rejects with what the SDK throws. */
  synthesize(request: SpeechRequest, abortSignal: AbortSignal): Promise<PollyAnswer>;
  close(): void;
}

/** Loads the official client and makes one. */
export async function openPollyClient(settings: PollySettings): Promise<PollyClient> {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import("@aws-sdk/client-polly"),
    import("@smithy/node-http-handler"),
  ]);
  const { region, endpoint, credentials, profile, sampleRateHz } = settings;
  const kept = { keepAlive: true, maxSockets: mostConnections };
  const [httpAgent, httpsAgent] = [new HttpAgent(kept), new HttpsAgent(kept)];
  // Real credentials are not sent without TLS, unless the configuration names them.
  const isClear = endpoint !== undefined && new URL(endpoint).protocol === "http:";
  const used = credentials ?? (isClear && profile === undefined ? standIn : undefined);
  const client = makeSdkClient(
    () =>
      new sdk.PollyClient({
        // Another try would come behind a pause, in which the next engine speaks already.
        ...{ region, maxAttempts: 1, logger: silent },
        requestHandler: new NodeHttpHandler({ connectionTimeout: connectMs, httpAgent, httpsAgent }),
        ...(endpoint === undefined ? {} : { endpoint }),
        // A copy: the client writes into it, and the configuration is compared with what it was.
        ...(used === undefined ? {} : { credentials: { ...used } }),
        ...(profile === undefined ? {} : { profile }),
      }),
  );
  return {
    async synthesize({ text, textType, voiceId, languageCode, engine }, abortSignal) {
      const command = new sdk.SynthesizeSpeechCommand({
        ...{ OutputFormat: "pcm", SampleRate: `${sampleRateHz}`, Text: text, TextType: textType, Engine: engine },
        // Ids and codes are checked by Polly itself.
        VoiceId: voiceId as VoiceId,
        ...(languageCode === undefined ? {} : { LanguageCode: languageCode as LanguageCode }),
      });
      const { AudioStream, ContentType } = await client.send(command, { abortSignal });
      return { contentType: ContentType, bytes: (AudioStream ?? []) as AsyncIterable<Uint8Array> };
    },
    close: () => client.destroy(),
  };
}

function ignore(): void {}
