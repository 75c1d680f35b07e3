import assert from "node:assert/strict";
import { virtualCallTest, type CallKit } from "../interop/kit.ts";
import type { Media, PhoneCall } from "../../src/testing/index.ts";
import { toneLevelDbfs } from "../../src/testing/index.ts";
import { openPhoneIn } from "./call-phone.ts";
import { callIn, callOut, createDoorbell, levelDbfs, pause, playAudio, storedTone, type Doing } from "./call-scene.ts";

type MediaSession = Awaited<ReturnType<Media["openSession"]>>;

/** A function that plays one tone for as long as the call lasts. */
const humming = {
  functions: [{ NEW_INBOUND_CALL: [hum(), pause(10)], CALL_ANSWERED: [hum(), pause(10)] }],
  prompts: { "hum.wav": storedTone(440, 1000) },
};

function hum() {
  return playAudio("hum.wav", { Repeat: 60 });
}

/** Holds the server, and resumes it. */
function holdAndResume(kit: CallKit, packetsReceived: () => Promise<number>): Doing {
  const directions = (method: string) =>
    kit.trace.flatMap((entry) =>
      entry.direction === "sent" && entry.startLine.startsWith(method)
        ? (/^a=(send\w+|recvonly|inactive)/m.exec(entry.text())?.[1] ?? [])
        : [],
    );
  return async (call) => {
    await call.answered;
    await heardOf(kit, call);

    await call.hold();
    await call.takeHeard();
    const before = await packetsReceived();
    await pass(kit, 2_000);
    assert.ok((await packetsReceived()) - before <= 1, "the server sends audio to a phone that holds it");
    assert.ok(toneLevelDbfs(await call.takeHeard(), 440) < -50, "a phone hears whom it holds");
    assert.equal(directions("200").at(-1), "recvonly");

    await call.resume();
    assert.equal(directions("200").at(-1), "sendrecv");
    await heardOf(kit, call);
    call.hangUp();
  };
}

/** Waits until the tone is heard. */
async function heardOf(kit: CallKit, call: PhoneCall): Promise<void> {
  await kit.until("the tone is heard", async () => {
    const heard = await call.takeHeard();
    return heard.samples.length > 0 && Math.abs(toneLevelDbfs(heard, 440) - levelDbfs) < 3;
  });
}

/** Lets this much time of the world go by. */
function pass(kit: CallKit, ms: number): Promise<void> {
  return new Promise((resolve) => void kit.world.waiting.startTimer(ms, resolve));
}

for (const way of ["calls", "is called"] as const) {
  virtualCallTest(
    `a phone that ${way} holds the server, gets no packet while it does, and hears it again afterwards`,
    humming,
    async (kit) => {
      const doorbell = createDoorbell();
      const sessions: MediaSession[] = [];
      const { phone, close } = await openPhoneIn(kit.world, { onCall: doorbell.take }, sessions);
      try {
        const doing = holdAndResume(kit, async () => (await sessions.at(-1)?.stats())?.packetsReceived ?? 0);
        const { report, types } = await (way === "calls"
          ? callIn(kit, phone, doing)
          : callOut(kit, phone, doorbell, doing));

        assert.deepEqual(report.end, { type: "local" });
        assert.equal(types.at(-1), "HANGUP");
      } finally {
        await close();
      }
    },
  );
}
