import assert from "node:assert/strict";
import { after } from "node:test";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createSpeech } from "../../src/speech/index.ts";
import { functionTest, type FunctionKit, type RawEvent } from "./function-kit.ts";
import { begin, failure, openPollyServer, pollyKey } from "./polly-server.ts";

const sourceOf = (...parameters: object[]) => `export const handler = async ({ InvocationEventType: type }) => {
  const speak = ${JSON.stringify(parameters)}.map((Parameters) => ({ Type: "Speak", Parameters }));
  const hangUp = { Type: "Hangup", Parameters: {} };
  return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? speak : [hangUp] };
};`;
const eventsOf = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);
const spokenBy = (kit: FunctionKit) => kit.facts.filter((fact) => fact.type === "speech-by");
const errorOf = (event: RawEvent | undefined) =>
  (event?.ActionData ?? {}) as { readonly ErrorType?: string; readonly ErrorMessage?: string };
const soundMs = (samples: Int16Array) => samples.filter((sample) => Math.abs(sample) > 500).length / 8;

const polly = await openPollyServer(failure(400, "ThrottlingException"));
const speech = await createSpeech({
  engines: ["polly", "flite", "espeak-ng"],
  espeakProgram: "no-such-program",
  polly: {
    ...{ region: "us-east-1", endpoint: polly.endpoint, credentials: pollyKey, profile: undefined },
    ...{ sampleRateHz: 8_000, timeoutMs: 20_000 },
  },
  ...{ cacheFolder: undefined, clock: systemClock, log: silentLogger },
});
const withoutPolly = await createSpeech({
  engines: ["flite", "espeak-ng"],
  espeakProgram: "no-such-program",
  ...{ cacheFolder: undefined, log: silentLogger },
});
after(() => Promise.all([polly.close(), speech.close(), withoutPolly.close()]));
/** Servers of tests get ready all that they have; here little of it is used. */
const cold = { warmUp: async () => undefined };

const throttled = { Text: "Please hold the line.", VoiceId: "Amy" };
const broken = { Text: "Please hold the line, we are there." };

functionTest(
  "what Amazon Polly has no room for, or breaks off, is spoken by Flite, told once each",
  { hasThreads: true, files: { "app.mjs": sourceOf(throttled, broken) }, speech: { ...speech, ...cold } },
  async (kit) => {
    polly.will((response, request) => {
      const { Text: text } = request.body;
      if (text === throttled.Text) return failure(400, "ThrottlingException")(response, request);
      begin(response, request.body);
      const loud = Buffer.alloc(8_000);
      for (let at = 0; at < loud.length; at += 2) loud.writeInt16LE(at % 32 < 16 ? 9_000 : -9_000, at);
      response.write(loud, () => response.socket?.destroy());
    });
    const { heard } = await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    assert.deepEqual(eventsOf(kit), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.ok(soundMs(heard.samples) > 2_000, `${soundMs(heard.samples)} ms`);
    assert.deepEqual(
      spokenBy(kit).map(({ engine, participantTag, isStandIn }) => [engine, participantTag, isStandIn]),
      [
        ["flite", "LEG-A", true],
        ["flite", "LEG-A", true],
      ],
    );
    assert.match(spokenBy(kit)[0]?.why ?? "", /^Amazon Polly takes no more requests now: ThrottlingException/);
    assert.equal(kit.log.filter(({ msg }) => String(msg).startsWith("flite speaks to LEG-A: Amazon Polly")).length, 2);
  },
);

functionTest(
  "a language that nobody here speaks fails the action with what to install, in the event and in the log",
  {
    hasThreads: true,
    files: { "app.mjs": sourceOf({ Text: "Guten Tag.", VoiceId: "Hans" }) },
    speech: { ...withoutPolly, ...cold },
  },
  async (kit) => {
    await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    const [, failed] = kit.events();
    const { ErrorType, ErrorMessage } = errorOf(failed);
    assert.equal(ErrorType, "InvalidActionParameter");
    assert.match(
      ErrorMessage ?? "",
      /speaks German \(de-DE\).*install the program espeak-ng.*apt-get install espeak-ng/,
    );
    assert.ok(kit.log.some(({ msg }) => String(msg).includes("apt-get install espeak-ng")));
  },
);
