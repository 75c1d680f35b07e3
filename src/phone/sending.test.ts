import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pcmFromSamples } from "../media/index.ts";
import { createSending } from "./sending.ts";

const clip = pcmFromSamples([1, 2, 3]);

function createFakeSession() {
  const orders: string[] = [];
  return {
    orders,
    play: (id: string, _pcm: unknown, repeat: number) => void orders.push(`play ${id} x${repeat}`),
    sendDigits: (id: string, digits: string, toneMs: number, gapMs: number) =>
      void orders.push(`keys ${id} ${digits} ${toneMs}/${gapMs}`),
  };
}

describe("sending", () => {
  test("waits for the answer, then sends in the order asked for", async () => {
    const sending = createSending();
    const session = createFakeSession();
    const played = sending.play(clip, 2);
    const pressed = sending.pressKeys("1a#", 60, 40);
    assert.deepEqual(session.orders, []);

    sending.start(session);
    void sending.play(clip, 1);

    assert.deepEqual(session.orders, ["play 1 x2", "keys 2 1A# 60/40", "play 3 x1"]);
    sending.sent("1");
    sending.sent("2");
    await Promise.all([played, pressed]);
  });

  test("rejects what is not sent when the call ends, and all that is asked for later", async () => {
    const sending = createSending();
    sending.start(createFakeSession());
    const played = sending.play(clip, 1);
    const cut = sending.play(clip, 1);
    sending.sent("1");

    sending.stop();
    sending.drop();
    sending.sent("2");

    await played;
    await assert.rejects(cut, { code: "PHONE_CALL_OVER" });
    await assert.rejects(sending.pressKeys("1", 100, 100), { code: "PHONE_CALL_OVER" });
  });

  test("what has left when the call ends counts as sent, though that is told a little later", async () => {
    const sending = createSending();
    sending.start(createFakeSession());
    const pressed = sending.pressKeys("1", 100, 100);
    const cut = sending.pressKeys("2", 100, 100);

    sending.stop();
    await assert.rejects(sending.pressKeys("3", 100, 100), { code: "PHONE_CALL_OVER" });
    sending.sent("1");
    sending.drop();

    await pressed;
    await assert.rejects(cut, { code: "PHONE_CALL_OVER" });
  });

  test("refuses what is no key, and sends nothing of it", async () => {
    const sending = createSending();
    const session = createFakeSession();
    sending.start(session);

    await assert.rejects(sending.pressKeys("12E", 100, 100), { code: "PHONE_BAD_KEYS" });

    assert.deepEqual(session.orders, []);
  });
});
