import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import { pcmFromSamples, type Pcm } from "../media/index.ts";
import { createRecorder } from "./recorder.ts";

/** A session whose captures hold 1, then 2, then 3 ... `lost` names the ones that fail. */
function createFakeSession(lost: readonly number[] = []) {
  let stops = 0;
  let isCapturing = false;
  return {
    isCapturing: () => isCapturing,
    startCapture: () => void (isCapturing = true),
    stopCapture: async (): Promise<Pcm> => {
      isCapturing = false;
      stops += 1;
      const piece = stops;
      await Promise.resolve();
      if (lost.includes(piece)) throw new Error("worker gone");
      return pcmFromSamples([piece]);
    },
  };
}

describe("a recorder", () => {
  test("gives pieces while it goes on, and the whole at the end", async () => {
    const session = createFakeSession();
    const recorder = createRecorder(silentLogger);
    recorder.start(session);

    assert.deepEqual([...(await recorder.take()).samples], [1]);
    assert.equal(session.isCapturing(), true);
    assert.deepEqual([...(await recorder.take()).samples], [2]);
    assert.deepEqual([...(await recorder.finish()).samples], [1, 2, 3]);
    assert.equal(session.isCapturing(), false);
  });

  test("gives the rest once to who takes after the end", async () => {
    const recorder = createRecorder(silentLogger);
    recorder.start(createFakeSession());
    await recorder.take();
    await recorder.finish();

    assert.deepEqual([...(await recorder.take()).samples], [2]);
    assert.deepEqual([...(await recorder.take()).samples], []);
  });

  test("gives nothing when it never began", async () => {
    const recorder = createRecorder(silentLogger);

    assert.equal((await recorder.take()).samples.length, 0);
    assert.equal((await recorder.finish()).samples.length, 0);
  });

  test("goes on without a piece that is lost", async () => {
    const recorder = createRecorder(silentLogger);
    recorder.start(createFakeSession([2]));
    await recorder.take();
    await recorder.take();

    assert.deepEqual([...(await recorder.finish()).samples], [1, 3]);
  });
});
