import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownNumber, peerNumber, socketCallTest, virtualCallTest } from "../interop/kit.ts";
import { dominantFrequencyHz, silentLogger, type Logger } from "../../src/testing/index.ts";
import { hangUp, pause, playAudio, storedTone } from "./call-scene.ts";
import { bridge, flowTest, hangUpLeg } from "./flow-scene.ts";
import { openRawPhone } from "./raw-phone.ts";

const suite = "AES_CM_128_HMAC_SHA1_80";
const releasing = { replies: { "HANGUP LEG-A": [hangUpLeg("LEG-B")] } };

flowTest(
  "a caller with encrypted audio and a called party in the clear hear each other, keys and prompts pass, and the record says which is which",
  { ...releasing, directions: ["Inbound"], phoneA: { srtp: "required" }, phoneB: { srtp: "never" }, start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    assert.deepEqual([await scene.hears(scene.a), await scene.hears(b)], ["b", "a"]);
    await scene.update(playAudio("prompt.wav", { ParticipantTag: "LEG-A", Repeat: 2 }));
    await scene.runs("PlayAudio");
    assert.equal(await scene.hears(scene.a), "prompt");
    await scene.reported("ACTION_SUCCESSFUL PlayAudio");
    await scene.update({ Type: "SendDigits", Parameters: { ParticipantTag: "LEG-A", Digits: "12" } });
    await scene.reported("ACTION_SUCCESSFUL SendDigits");
    await scene.a.pressKeys("7");
    assert.deepEqual([await scene.hears(scene.a), await scene.hears(b)], ["b", "a"]);
    scene.a.hangUp();
    await scene.over();

    const reports = [await scene.a.ended, await b.ended];
    assert.deepEqual(
      reports.map(({ encryption, digits }) => [encryption?.sent, encryption?.received, digits]),
      [
        [suite, suite, "12"],
        ["none", "none", "7"],
      ],
    );
    const facts = scene.kit.facts.flatMap((fact) =>
      fact.type === "audio-encryption"
        ? [`${fact.participantTag} ${fact.encryption.sent} ${fact.encryption.received}`]
        : [],
    );
    assert.deepEqual(facts, ["LEG-B none none", `LEG-A ${suite} ${suite}`]);
    const [audio] = scene.kit.facts.flatMap((fact) => (fact.type === "audio-ended" ? [fact.audio] : []));
    assert.deepEqual(audio?.dropped, {});
  },
);

virtualCallTest(
  "where encryption is required, a caller in the clear gets 488, an encrypted one is recorded and heard, and the trunk is called so only",
  {
    functions: [
      { NEW_INBOUND_CALL: [playAudio("tone.wav"), hangUp()], CALL_ANSWERED: [playAudio("tone.wav"), hangUp()] },
    ],
    prompts: { "tone.wav": storedTone(700, 500) },
    config: { sip: { listen: ["udp://127.0.0.1:0"], srtp: "required" } },
  },
  async (kit) => {
    const { host, port } = kit.address("udp");
    const uri = `sip:${ownNumber}@${host}:${port}`;
    const clear = await kit.openPhone({ srtp: "never" });
    const refused = await clear.phone.dial(uri, { from: peerNumber }).ended;
    assert.deepEqual(refused.end, { type: "rejected", status: 488, reason: "Not Acceptable Here" });
    assert.equal(kit.server.ledger().refusals["not-encrypted"], 1);

    const open = await kit.openPhone();
    const encrypted = await kit.openPhone({ srtp: "required" });
    const report = await encrypted.phone.dial(uri, { from: peerNumber }).ended;
    await kit.untilEnded();
    assert.equal(report.encryption?.received, suite);
    assert.equal(dominantFrequencyHz(report.heard, 100, 400), 700);

    // Called, and not asked for it: it takes what is offered.
    kit.routeTo(open.phone.address);
    await kit.call();
    await kit.untilEnded(2);
    kit.routeTo(clear.phone.address);
    await kit.call();
    await kit.untilEnded(3);
    assert.deepEqual(
      kit.facts.flatMap((fact) => (fact.type === "audio-encryption" ? [fact.encryption.sent] : [])),
      [suite, suite],
    );
    await Promise.all([clear.close(), open.close(), encrypted.close()]);
  },
);

/** All that was logged, at every level. */
const logged: string[] = [];

function logOf(lines: string[]): Logger {
  const add = (...words: readonly unknown[]) => void lines.push(JSON.stringify(words));
  const log: Logger = { ...silentLogger, debug: add, info: add, warn: add, error: add, child: () => log };
  return log;
}

const far = (port: number) => ({ transport: "udp", host: "127.0.0.1", port }) as const;

virtualCallTest(
  "a trunk with srtp optional is offered encrypted audio, and called again in the clear if it refuses, which is told; no key is kept anywhere",
  {
    functions: [{ CALL_ANSWERED: [playAudio("tone.wav"), hangUp()] }],
    prompts: { "tone.wav": storedTone(700, 300) },
    config: {
      trunks: {
        refuses: { address: "sip:127.0.0.1:7201", srtp: "optional", prefixes: ["+1510"] },
        takes: { address: "sip:127.0.0.1:7202", srtp: "optional", prefixes: ["+1511"] },
        requires: { address: "sip:127.0.0.1:7203", srtp: "required", prefixes: ["+1512"] },
      },
      histories: { write: true, redact: false },
    },
    log: logOf(logged),
  },
  async (kit) => {
    const phones = await Promise.all([
      kit.openPhone({ listen: far(7201), srtp: "never" }),
      kit.openPhone({ listen: far(7202) }),
      kit.openPhone({ listen: far(7203), srtp: "never" }),
    ]);
    for (const [calls, ToPhoneNumber] of [
      [1, "+15105550101"],
      [2, "+15115550101"],
      [3, "+15125550101"],
    ] as const) {
      await kit.call({ ToPhoneNumber });
      await kit.untilEnded(calls);
    }
    await kit.until("the audio is told", () => kit.facts.filter(({ type }) => type === "audio-ended").length === 3);

    const instead = "the far end refused an offer of encrypted audio";
    assert.deepEqual(
      kit.facts.flatMap((fact) => (fact.type === "audio-encryption" ? [fact.encryption] : [])),
      [
        { sent: "none", received: "none", instead },
        { sent: suite, received: suite },
      ],
    );
    const invites = kit.trace.filter(({ startLine, direction, isRetransmission }) => {
      return direction === "sent" && startLine.startsWith("INVITE") && !isRetransmission;
    });
    assert.deepEqual(
      invites.map(({ peer }) => peer.port),
      [7201, 7201, 7202, 7203],
    );
    await Promise.all(phones.map((phone) => phone.close()));
    const kept = await keptTexts(kit.folder);
    assert.ok(kept.some((text) => text.includes(`"encryption":{"sent":"${suite}"`)));
    assert.ok(kept.some((text) => text.includes(instead)));
    assert.ok(logged.some((line) => line.includes(instead)) && logged.length > 20);
    for (const text of [...kept, ...logged, JSON.stringify(kit.facts), JSON.stringify(kit.trace)])
      assert.doesNotMatch(text, aKey);
  },
);

/** A media key as descriptions have it. */
const aKey = /inline:[A-Za-z0-9+/]{20}/;

/** All that a server has written. */
async function keptTexts(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(?:jsonl?|log|txt)$/.test(entry.name));
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")));
}

/** What a stranger sends: RTP with the SSRC that it guessed, a report that ends the stream, and a connectivity check. */
function packetsOfStranger(sequence: number, ssrc: number): readonly Buffer[] {
  const rtp = Buffer.alloc(172, 0x05);
  rtp.writeUInt16BE(0x8000, 0);
  rtp.writeUInt16BE(sequence & 0xffff, 2);
  rtp.writeUInt32BE(sequence * 160, 4);
  rtp.writeUInt32BE(ssrc, 8);
  const bye = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 203, 0, 1, 0, 0, 0, 0]);
  bye.writeUInt32BE(ssrc, 4);
  bye.writeUInt32BE(ssrc, 12);
  const check = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Buffer.alloc(12, 7)]);
  return [rtp, bye, check];
}

// Contract: sip-and-media-audio-source
socketCallTest(
  "a stranger at the ports of a live call is not heard and gets nothing, whether the caller is silent or speaks, with his SSRC and numbers",
  {
    functions: [{ NEW_INBOUND_CALL: [playAudio("tone.wav"), pause(60_000)], CALL_UPDATE_REQUESTED: [hangUp()] }],
    prompts: { "tone.wav": storedTone(700, 1_500) },
  },
  async (kit) => {
    const caller = await openRawPhone();
    const stranger = createSocket("udp4");
    let answers = 0;
    stranger.on("message", () => answers++);
    stranger.bind(0, "127.0.0.1");
    await once(stranger, "listening");
    const server = kit.address("udp");
    caller.dial(`sip:${ownNumber}@${server.host}:${server.port}`, server, `sip:${peerNumber}@127.0.0.1`);
    await caller.answered;
    const { farPort } = caller;
    let sent = 0;
    const sending = setInterval(() => {
      sent++;
      // Half of the time the caller speaks, and the stranger knows all that it knows. The SSRC of a raw phone is 1.
      if (sent > 30) caller.send(sent);
      for (const packet of packetsOfStranger(sent > 30 ? sent - 30 : sent, 1)) {
        for (const port of [farPort, farPort + 1]) stranger.send(packet, port, "127.0.0.1");
      }
    }, 20);

    try {
      await kit.until("the stranger has sent enough", () => sent > 80);
      await kit.update(kit.events()[0]?.CallDetails.TransactionId ?? "", {});
      await kit.untilEnded();
      await kit.until("the audio is told", () => kit.facts.some(({ type }) => type === "audio-ended"));
    } finally {
      clearInterval(sending);
      stranger.close();
      await caller.close();
    }

    assert.equal(answers, 0);
    const [audio] = kit.facts.flatMap((fact) => (fact.type === "audio-ended" ? [fact.audio] : []));
    assert.ok(audio !== undefined);
    assert.ok(audio.packetsReceived > 0 && audio.packetsReceived <= sent - 30, `${audio.packetsReceived} of ${sent}`);
    const { stranger: strangers = 0, "stranger-report": reports = 0, malformed = 0 } = audio.dropped;
    assert.ok(Math.min(strangers, reports, malformed) > 30, JSON.stringify(audio.dropped));
    assert.equal(audio.reportsReceived, 0);
  },
);
