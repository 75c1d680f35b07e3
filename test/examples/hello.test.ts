import { UpdateSipMediaApplicationCallCommand } from "@aws-sdk/client-chime-sdk-voice";
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import { measureSpeech, type Pcm } from "../../src/testing/index.ts";
import { functionTest, virtualFunctionTest, type FunctionKit } from "../wire/function-kit.ts";

const hello = join(packageRoot(), "examples", "hello", "index.mjs");
const answered = ["CALL_ANSWERED", "HANGUP"];

const types = (kit: FunctionKit) => kit.events().map((event) => event.InvocationEventType);

/** The texts that were said, in order. */
const said = (kit: FunctionKit) =>
  kit.facts.flatMap((fact) =>
    fact.type === "action-started" && fact.action === "Speak" ? [(fact.parameters as { Text: string }).Text] : [],
  );

/** Two sentences with half a second between them, loud enough. */
function assertGreeting(heard: Pcm): void {
  const { segments, speechMs, levelDbfs = -Infinity } = measureSpeech(heard);
  assert.ok(speechMs > 2000, `${speechMs} ms of speech`);
  assert.ok(levelDbfs > -30, `${levelDbfs} dBFS`);
  const pauses = segments.slice(1).map(({ startMs }, index) => startMs - (segments[index]?.endMs ?? 0));
  assert.ok(
    pauses.some((pauseMs) => pauseMs >= 450),
    `pauses of ${pauses.join(", ")} ms`,
  );
}

virtualFunctionTest(
  "hello greets whom it calls by the name of the request, pauses, says goodbye and hangs up",
  { function: hello },
  async (kit) => {
    const incoming = kit.doorbell.next();
    await kit.call({ ArgumentsMap: { name: "Ada" } });
    const report = await (await incoming).ended;
    await kit.untilEnded();

    assert.deepEqual(types(kit), ["NEW_OUTBOUND_CALL", "RINGING", ...answered]);
    assert.deepEqual(said(kit), ["Hello Ada. This is your function speaking.", "Change me, and call again. Goodbye."]);
    assert.deepEqual(report.end, { type: "bye" });
    assertGreeting(report.heard);
    assert.ok(kit.output.some(({ line }) => line.startsWith("NEW_OUTBOUND_CALL for call ")));
  },
);

virtualFunctionTest("hello greets its callers", { function: hello }, async (kit) => {
  const report = await kit.phone.dial(kit.uri()).ended;
  await kit.untilEnded();

  assert.deepEqual(types(kit), ["NEW_INBOUND_CALL", "HANGUP"]);
  assert.match(said(kit)[0] ?? "", /^Hello there\./);
  assert.deepEqual(report.end, { type: "bye" });
  assertGreeting(report.heard);
});

virtualFunctionTest(
  "hello lets an update interrupt the greeting, says its text and hangs up",
  { function: hello },
  async (kit) => {
    const incoming = kit.doorbell.next();
    const transactionId = await kit.call({ ArgumentsMap: { name: "Ada" } });
    const call = await incoming;
    await kit.until("the greeting is heard", () => kit.facts.some(({ type }) => type === "audio-started"));
    await kit.client.send(
      new UpdateSipMediaApplicationCallCommand({
        SipMediaApplicationId: kit.config.applications[0]?.id,
        TransactionId: transactionId,
        Arguments: { text: "Dinner is ready." },
      }),
    );
    const report = await call.ended;
    await kit.untilEnded();

    assert.deepEqual(types(kit).slice(2), [
      ...["CALL_ANSWERED", "CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED", "HANGUP"],
    ]);
    assert.deepEqual(said(kit), ["Hello Ada. This is your function speaking.", "Dinner is ready."]);
    assert.deepEqual(report.end, { type: "bye" });
    const { speechMs } = measureSpeech(report.heard);
    assert.ok(speechMs > 500 && speechMs < 3000, `${speechMs} ms of speech`);
  },
);

functionTest(
  "in development, a changed word is said in the next call",
  {
    mode: "development",
    function: "./hello.mjs",
    files: { "hello.mjs": await readFile(hello, "utf8") },
  },
  async (kit) => {
    /** Calls until the first words are on their way. */
    const firstWords = async () => {
      const before = said(kit).length;
      const call = kit.phone.dial(kit.uri());
      await kit.until("something is said", () => said(kit).length > before);
      call.hangUp();
      await call.ended;
      return said(kit)[before];
    };

    const first = await firstWords();
    const file = join(kit.folder, "hello.mjs");
    const code = await readFile(file, "utf8");
    await writeFile(file, code.replace("This is your function speaking.", "I was changed."));
    await kit.until("the function was loaded again", () => kit.reloaded() !== undefined);
    const second = await firstWords();

    assert.equal(first, "Hello there. This is your function speaking.");
    assert.equal(second, "Hello there. I was changed.");
    assert.equal(kit.reloaded()?.endsWith("hello.mjs"), true);
    await kit.untilEnded(2);
  },
);
