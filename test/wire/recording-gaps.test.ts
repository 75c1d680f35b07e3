import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownNumber, virtualCallTest } from "../interop/kit.ts";
import { createOffer } from "../../src/sdp/index.ts";
import { openBareSip } from "./bare-sip.ts";

/** A loud value of PCMU, and what it decodes to. */
const loud = { code: 0x80, value: 32_124 };

virtualCallTest(
  "a recording of a call with lost packets and a long silence is as long as the call, lists what was lost, and has a right checksum",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [
          {
            Type: "RecordAudio",
            Parameters: { DurationInSeconds: "5", RecordingDestination: { Type: "S3", BucketName: "rec" } },
          },
          { Type: "Hangup" },
        ],
      },
    ],
  },
  async (kit) => {
    const caller = await openBareSip(kit.world.network);
    const rtp = await kit.world.packets.open("127.0.0.1", 0, () => undefined);
    const local = { address: "127.0.0.1", port: rtp.port, codecs: ["PCMU"] } as const;
    const call = caller.invite(
      kit.address("udp"),
      ownNumber,
      createOffer({ ...local, sessionId: "1", sessionVersion: 1 }),
    );
    const port = Number(/m=audio (\d+)/.exec(await call.until("200 sdp"))?.[1]);
    const send = (sequence: number, packetTime: number, isMarked = false) => {
      const packet = Buffer.alloc(172, loud.code);
      packet.set([0x80, isMarked ? 0x80 : 0], 0);
      packet.writeUInt16BE(sequence, 2);
      packet.writeUInt32BE(packetTime * 160, 4);
      packet.writeUInt32BE(7, 8);
      rtp.send(packet, rtp.prepare("127.0.0.1", port));
    };
    // A second of speech of which 2 and 3 packets are lost, two seconds of nothing, half a second of speech.
    const lost = [10, 11, 30, 31, 32];
    for (let time = 0; time < 175; time++) {
      if (time < 50 && !lost.includes(time)) send(time, time);
      if (time >= 150) send(time - 100, time, time === 150);
      await kit.pass(20);
    }
    await call.until("BYE");
    await kit.untilEnded();
    await rtp.close();
    caller.close();

    const { ActionData } = kit.events()[1] as { ActionData?: { RecordingDestination?: { Key: string } } };
    const key = ActionData?.RecordingDestination?.Key ?? "";
    const bytes = await readFile(join(kit.folder, "objects", "rec", key));
    const sidecar = await readFile(join(kit.folder, "objects", "rec", `.${key}.metadata.json`), "utf8");
    const metadata = JSON.parse(sidecar) as Readonly<Record<string, string>>;
    assert.equal(bytes.length, 44 + 5 * 8_000 * 2);
    assert.equal(metadata["recording-samples"], "40000");
    assert.equal(metadata["recording-sha256"], createHash("sha256").update(bytes).digest("hex"));
    assert.equal(metadata["recording-lost-samples"], String(lost.length * 160));
    const gaps = (metadata["recording-gaps"] ?? "").split(" ").map((gap) => gap.split("+").map(Number));
    assert.deepEqual(
      gaps.map(([, length]) => length),
      [320, 480],
    );
    assert.equal((gaps[1]?.[0] ?? 0) - (gaps[0]?.[0] ?? 0), 20 * 160);

    const samples = Int16Array.from({ length: 40_000 }, (_, index) => bytes.readInt16LE(44 + 2 * index));
    for (const [at = 0, length = 0] of gaps) {
      // A loss of up to 60 ms is concealed, and what comes behind it is blended with that for some samples.
      const least = loud.value * (1 - (length - 80) * (0.2 / 80)) * 0.99;
      assert.ok(
        samples.subarray(at, at + length).every((sample) => sample >= Math.max(0, least) && sample <= loud.value),
      );
      assert.equal(samples[at - 1] ?? 0, loud.value);
      assert.equal(samples[at + length + 30] ?? 0, loud.value);
    }
    const sounding = samples.filter((sample) => sample !== 0).length;
    assert.ok(Math.abs(sounding - (50 + 25) * 160) <= 1, `${sounding} samples sound`);
    const first = samples.findIndex((sample) => sample !== 0);
    const again = samples.findIndex((sample, index) => index > first + 9_000 && sample !== 0);
    assert.ok(
      Math.abs(again - first - 150 * 160) <= 320,
      `the second part begins ${again - first} samples after the first`,
    );
  },
);
