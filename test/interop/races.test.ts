import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { SipTraceEntry } from "../../src/sip/index.ts";
import { openTestPhone } from "../../src/testing/index.ts";
import { playAudio, storedTone } from "../wire/call-scene.ts";
import { eventLine } from "../wire/flow-lines.ts";
import {
  ownNumber,
  peerNumber,
  signallingTest,
  socketCallTest,
  type CallKit,
  type KitOptions,
  type WireAction,
} from "./kit.ts";
import { called, caller, holdRequest, receive, respondToHeld, scenario, sdp, sentAgain, wait } from "./scenario.ts";
import { startCalled, startCaller, type Sipp } from "./sipp.ts";

const pause = (ms: number): WireAction => ({ Type: "Pause", Parameters: { DurationInMilliseconds: ms } });
const speak: WireAction = { Type: "Speak", Parameters: { Text: "Good day." } };
/** Over long before what a scene has its far end wait for. */
const speakShortly: WireAction = { Type: "Speak", Parameters: { Text: "Hi." } };
const hangUp: WireAction = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const method = (startLine: string) => (startLine.startsWith("SIP") ? startLine.split(" ")[1] : startLine.split(" ")[0]);

/** What SIPp got, one word each: a method or a status. `all`: with what came again. */
async function received(sipp: Sipp) {
  const once = (await sipp.startLines("received")).map(method);
  return { once, all: (await sipp.startLines("received", "all")).map(method) };
}
type Words = readonly (string | undefined)[];
const count = (words: Words, wanted: string) => words.filter((word) => word === wanted).length;

/* The far end of LEG-A as the caller. */

/** A SIPp calls and runs `steps`; a function that does `actions` decides. */
function callerRace(
  title: string,
  actions: readonly WireAction[] | string,
  steps: readonly string[],
  judge: (reported: readonly string[], once: Words, all: Words) => void,
  words: readonly string[] = [],
): void {
  const functions = [typeof actions === "string" ? actions : { NEW_INBOUND_CALL: actions }];
  signallingTest(`LEG-A, inbound: ${title}`, { functions }, async (kit) => {
    const sipp = await startCaller(kit, { scenario: scenario(...steps), words });
    await sipp.succeeded();
    await kit.untilEnded();
    const { once, all } = await received(sipp);
    judge(kit.events().map(eventLine), once, all);
  });
}

const dial = caller.invite(sdp()) + caller.progress;
const thinking = "if (event.Sequence === 1) await new Promise((resolve) => setTimeout(resolve, 700));";
const answeredThenGone = ["NEW_INBOUND_CALL [A -]", "HANGUP LEG-A 0 [A Disconnected]"];

callerRace(
  "a BYE crosses ours: both are answered, one HANGUP (RFC 3261 §15.1.2)",
  [speak, hangUp],
  [dial, caller.answered(), holdRequest("BYE"), caller.inDialog("BYE", 2), receive(200), respondToHeld("200 OK")],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "a CANCEL that crosses our 200 has no effect on the call (RFC 3261 §9.2)",
  [speak, hangUp],
  [dial, receive(200, `rrs="true"`), caller.cancel, receive(200), caller.inDialog("ACK", 1), caller.takeBye],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "BYE right behind the ACK: one HANGUP, and the action is told as failed or not at all",
  [speak, pause(10_000)],
  [dial, caller.answered(), caller.bye()],
  (reported) => {
    assert.equal(reported[0], answeredThenGone[0]);
    assert.equal(reported.at(-1), answeredThenGone[1]);
    assert.equal(reported.filter((line) => line.startsWith("HANGUP")).length, 1);
  },
);

callerRace(
  "BYE instead of the ACK of our 200 ends the call, and the 200 is not sent again (RFC 3261 §15.1.2)",
  [speak, pause(10_000)],
  [dial, receive(200, `rrs="true"`), caller.bye(), caller.inDialog("ACK", 1), wait(700)],
  (reported, words) => {
    assert.equal(reported.at(-1), answeredThenGone[1]);
    assert.equal(count(words, "200"), 2);
  },
);

callerRace(
  "BYE while the function thinks about the call: 200 and 487, HANGUP 0 behind the reply (RFC 3261 §15.1.2)",
  thinking,
  [
    caller.invite(sdp()),
    receive(100),
    receive(180, `rrs="true"`),
    wait(100),
    caller.inDialog("BYE", 2),
    receive(200),
    caller.refused(487),
  ],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "CANCEL while the function thinks about the call: 200 and 487, and its reply has no effect",
  `${thinking} return ${JSON.stringify([speak])};`,
  [caller.invite(sdp()), receive(100), receive(180), wait(100), caller.cancel, receive(200), caller.refused(487)],
  (reported, words) => {
    assert.deepEqual(reported, answeredThenGone);
    assert.deepEqual(words, ["100", "180", "200", "487"]);
  },
);

callerRace(
  "an INVITE that comes again after 200 and ACK is no second call (RFC 6026 §7.1)",
  [speak, pause(300), hangUp],
  [dial, caller.answered(), caller.invite(sdp(), { options: "" }), caller.takeBye],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "a lost ACK: the 200 comes again, and the ACK of that one is enough (RFC 3261 §13.3.1.4)",
  [speak, pause(1_500), hangUp],
  // The first 200 comes during the wait and is lost.
  [caller.invite(sdp()), receive(100), receive(180), wait(300), caller.answered(), caller.takeBye],
  (reported, _once, all) => {
    assert.deepEqual(reported, answeredThenGone);
    assert.ok(count(all, "200") >= 2);
  },
  ["-pause_msg_ign"],
);

callerRace(
  "a re-INVITE while our 200 to the one before waits for its ACK is refused with 491, and the call goes on (RFC 3261 §14.2)",
  [speak, pause(300), hangUp],
  [
    dial,
    caller.answered(),
    caller.inDialog("INVITE", 2, sdp({ version: 2 })),
    receive(100, `optional="true"`),
    receive(200, `rrs="true"`),
    caller.inDialog("INVITE", 3, sdp({ version: 3 })),
    caller.refusedInDialog(491, 3),
    caller.inDialog("ACK", 2),
    caller.takeBye,
  ],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "a re-INVITE before the first ACK is refused with 491, and the call goes on",
  [speak, pause(300), hangUp],
  [
    dial,
    receive(200, `rrs="true"`),
    caller.inDialog("INVITE", 2, sdp({ version: 2 })),
    caller.refusedInDialog(491, 2),
    caller.inDialog("ACK", 1),
    caller.takeBye,
  ],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "a re-INVITE without an offer gets ours in the 200, and the call goes on with the answer of its ACK (RFC 3261 §14.1)",
  [speak, pause(300), hangUp],
  [
    dial,
    caller.answered(),
    caller.inDialog("INVITE", 2),
    receive(100, `optional="true"`),
    receive(200, `rrs="true"`),
    caller.inDialog("ACK", 2, sdp({ version: 2, formats: "8 101" })),
    caller.takeBye,
  ],
  (reported) => assert.deepEqual(reported, answeredThenGone),
);

callerRace(
  "BYE while the function thinks about a success: HANGUP behind its reply, whose actions have no effect",
  `if (event.InvocationEventType === "NEW_INBOUND_CALL") return ${JSON.stringify([speakShortly])};
   await new Promise((resolve) => setTimeout(resolve, 4500));
   return ${JSON.stringify([speak, hangUp])};`,
  [dial, caller.answered(), wait(3_000), caller.bye()],
  (reported) =>
    assert.deepEqual(reported, [answeredThenGone[0], "ACTION_SUCCESSFUL Speak [A Connected]", answeredThenGone[1]]),
);

/* The far end of a leg that we call: LEG-A of an outbound call, and LEG-B of a bridge. */

type Tag = "LEG-A" | "LEG-B";

/** Does `actions` with the leg in question once it is up, and ends the caller of a LEG-B when that has gone. */
function whenUp(actions: readonly WireAction[]): KitOptions {
  const bridge: WireAction = {
    Type: "CallAndBridge",
    Parameters: {
      CallerIdNumber: ownNumber,
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }],
      CallTimeoutSeconds: 20,
    },
  };
  return {
    functions: [
      `const actions = ${JSON.stringify(actions)};
      const { InvocationEventType: type, ActionData: data, CallDetails: { Participants: legs } } = event;
      const isUp = (tag) => legs.some((leg) => leg.ParticipantTag === tag && leg.Status === "Connected");
      if (type === "NEW_INBOUND_CALL") return [${JSON.stringify(bridge)}];
      if (type === "CALL_ANSWERED") return actions;
      if (type === "ACTION_SUCCESSFUL" && data.Type === "CallAndBridge" && isUp("LEG-B"))
        return actions.map((action) => ({ ...action, Parameters: { ...action.Parameters, ParticipantTag: "LEG-B" } }));
      const hasLeft = type === "HANGUP" && data.Parameters.ParticipantTag === "LEG-B";
      if (hasLeft || type === "ACTION_FAILED" && legs[0].Direction === "Inbound" && !isUp("LEG-B")) return [${JSON.stringify(
        hangUp,
      )}];`,
    ],
  };
}

/** What is told when the leg came up and ended without an action of its own being told. */
const upAndGone: Readonly<Record<Tag, readonly string[]>> = {
  "LEG-A": [
    "NEW_OUTBOUND_CALL [A -]",
    "RINGING [A -]",
    "CALL_ANSWERED [A Connected]",
    "HANGUP LEG-A 0 [A Disconnected]",
  ],
  "LEG-B": [
    "NEW_INBOUND_CALL [A -]",
    "ACTION_SUCCESSFUL CallAndBridge [A Connected, B Connected]",
    "HANGUP LEG-B 0 [A Connected, B Disconnected]",
    "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
  ],
};
/** The same when it never came up. */
const neverUp = (code: number): Readonly<Record<Tag, readonly string[]>> => ({
  "LEG-A": ["NEW_OUTBOUND_CALL [A -]", "RINGING [A -]", `HANGUP LEG-A ${code} [A Disconnected]`],
  "LEG-B": [
    "NEW_INBOUND_CALL [A -]",
    "ACTION_FAILED CallAndBridge CallNotAnswered [A -]",
    "HANGUP LEG-A 0 [A Disconnected]",
  ],
});

/** A SIPp is called and runs `steps`, as either leg. */
function calledRace(
  title: string,
  options: KitOptions,
  steps: readonly string[],
  expected: Readonly<Record<Tag, readonly string[]>>,
  judge: (words: Words) => void = () => undefined,
  meanwhile: (kit: CallKit) => Promise<void> = async () => undefined,
): void {
  for (const tag of ["LEG-A", "LEG-B"] as const) {
    signallingTest(`${tag}, outbound: ${title}`, options, async (kit) => {
      const sipp = await startCalled(kit, { scenario: scenario(called.invite, ...steps) });
      const phone = tag === "LEG-B" ? await openCaller(kit) : undefined;
      try {
        if (phone === undefined) await kit.call();
        await meanwhile(kit);
        await sipp.succeeded();
        await kit.untilEnded();
        assert.deepEqual(kit.events().map(eventLine), expected[tag]);
        judge((await received(sipp)).once);
      } finally {
        await phone?.close();
      }
    });
  }
}

async function openCaller(kit: CallKit) {
  const phone = await openTestPhone();
  const { host, port } = kit.address("udp");
  phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: peerNumber });
  return phone;
}

/** Lets the time of a leg that rings run out, which begins to go quickly when it rings: SIPp may be late at that. */
async function untilCancelled(kit: CallKit): Promise<void> {
  const saw = (wanted: SipTraceEntry["direction"], word: string) =>
    kit.trace.some(({ direction, startLine }) => direction === wanted && startLine.startsWith(word));
  await kit.until("it rings", () => saw("received", "180"));
  kit.clock.run(20);
  await kit.until("our CANCEL", () => saw("sent", "CANCEL"));
  kit.clock.run(1);
}

const ring = called.respond("180 Ringing");
const ok = called.respond("200 OK", sdp(), sentAgain);
const answer = ok + receive("ACK");
const takeBye = receive("BYE") + called.respondInDialog("200 OK");

calledRace(
  "a BYE crosses ours: both are answered, one HANGUP (RFC 3261 §15.1.2)",
  whenUp([pause(200), hangUp]),
  [ring, answer, holdRequest("BYE"), called.inDialog("BYE", 2), receive(200), respondToHeld("200 OK")],
  upAndGone,
);

calledRace("BYE right behind the ACK", whenUp([]), [ring, answer, called.bye(2)], upAndGone);

calledRace(
  "a BYE that overtakes its 200 is answered, the 200 is acknowledged, and the leg never was up",
  whenUp([]),
  [
    ring,
    called.inDialog("BYE", 2),
    receive(200),
    receive("CANCEL"),
    called.respondInDialog("200 OK"),
    called.respondToInvite("200 OK", sdp()),
    receive("ACK"),
    wait(100),
  ],
  neverUp(0),
  (words) => assert.equal(count(words, "BYE"), 0),
);

calledRace(
  "180 behind the 200 changes nothing",
  whenUp([pause(300), hangUp]),
  [ring, answer, called.respondToInvite("180 Ringing", undefined, { options: "" }), takeBye],
  upAndGone,
);

calledRace(
  "a second 200 of a fork is acknowledged and hung up; the first stays (RFC 3261 §13.2.2.4)",
  whenUp([pause(500), hangUp]),
  [
    ring,
    answer,
    called.respondToInvite("200 OK", sdp(), { tag: "fork", options: "" }),
    receive("ACK"),
    takeBye,
    takeBye,
  ],
  upAndGone,
  (words) => assert.deepEqual(words, ["INVITE", "ACK", "ACK", "BYE", "BYE"]),
);

calledRace(
  "200 behind our CANCEL: it is acknowledged and hung up (RFC 3261 §9.1, §15.1.1)",
  { ...whenUp([]), limits: { ringTimeoutSeconds: 20 } },
  [
    ring,
    receive("CANCEL"),
    called.respondInDialog("200 OK"),
    called.respondToInvite("200 OK", sdp()),
    // It comes again when the answer to it is half a second late.
    receive("CANCEL", `optional="true"`),
    receive("ACK"),
    takeBye,
  ],
  neverUp(480),
  (words) => assert.deepEqual(words, ["INVITE", "CANCEL", "ACK", "BYE"]),
  untilCancelled,
);

calledRace(
  "a re-INVITE while our function thinks about the answer, then one that crosses our BYE: 200, then 481",
  whenUp([pause(400), hangUp]),
  [
    ring,
    answer,
    called.reinvite(2, sdp({ direction: "sendonly", version: 2 })),
    holdRequest("BYE"),
    called.inDialog("INVITE", 3, sdp({ version: 3 })),
    called.refusedInDialog(481, 3),
    respondToHeld("200 OK"),
  ],
  upAndGone,
);

/* RTP that a re-INVITE moves and stops. */

/** Packets that come to a port of its own. */
async function openRtpPort() {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const packets: Buffer[] = [];
  socket.on("message", (bytes) => void packets.push(bytes));
  return { port: String(socket.address().port), packets, close: () => socket.close() };
}

/** Without a packet for so long, a stream is taken to have stopped; the far end goes on with its call for longer. */
const stillMs = 300;
const longerThanStill = wait(1_000);

/** Checks that packets came until the last re-INVITE and none after it: one stream, in the codec of the first answer. */
async function assertMoved(kit: CallKit, packets: readonly Buffer[], acks: number): Promise<void> {
  const acked = () =>
    kit.trace.filter(({ startLine, direction }) => direction === "received" && startLine.startsWith("ACK"));
  await kit.until("packets at the new port", () => packets.length > 10);
  await kit.until("the re-INVITE that holds", () => acked().length >= acks);
  await kit.until("no packet comes any more", async () => {
    const before = packets.length;
    await kit.pass(stillMs);
    return packets.length === before;
  });
  const sofar = packets.length;
  await kit.untilEnded();
  assert.equal(packets.length, sofar);
  assert.deepEqual([...new Set(packets.map((packet) => (packet[1] ?? 0) & 127))], [0]);
  assert.equal(new Set(packets.map((packet) => packet.readUInt32BE(8))).size, 1);
}

for (const direction of ["inactive", "sendonly"]) {
  socketCallTest(
    `LEG-A, inbound: a re-INVITE during a prompt moves it to a new port in the same stream, and ${direction} stops it`,
    {
      functions: [{ NEW_INBOUND_CALL: [playAudio("long.wav")] }],
      prompts: { "long.wav": storedTone(440, 10_000) },
    },
    async (kit) => {
      const rtp = await openRtpPort();
      const change = (cseq: number, body: string) =>
        caller.inDialog("INVITE", cseq, body) +
        receive(100, `optional="true"`) +
        receive(200) +
        caller.inDialog("ACK", cseq);
      const sipp = await startCaller(kit, {
        scenario: scenario(
          ...[dial, caller.answered(), wait(200), change(2, sdp({ version: 2, port: rtp.port })), wait(500)],
          ...[change(3, sdp({ version: 3, port: rtp.port, direction })), longerThanStill, caller.bye(4)],
        ),
      });
      try {
        await assertMoved(kit, rtp.packets, 3);
        await sipp.succeeded();
        const answers = (await sipp.messages()).filter(
          (message) => message.direction === "received" && message.text.includes("m=audio"),
        );
        assert.deepEqual(
          answers.map(({ text }) => /^a=(sendrecv|sendonly|recvonly|inactive)$/m.exec(text)?.[1]),
          ["sendrecv", "sendrecv", direction === "inactive" ? "inactive" : "recvonly"],
        );
      } finally {
        rtp.close();
      }
    },
  );
}

socketCallTest(
  "LEG-B, outbound: a re-INVITE moves the audio of the bridge to a new port, and inactive stops it",
  whenUp([]),
  async (kit) => {
    const rtp = await openRtpPort();
    const sipp = await startCalled(kit, {
      scenario: scenario(
        ...[called.invite, ring, answer, wait(200), called.reinvite(2, sdp({ version: 2, port: rtp.port })), wait(500)],
        called.reinvite(3, sdp({ version: 3, port: rtp.port, direction: "inactive" })),
        ...[longerThanStill, called.bye(4)],
      ),
    });
    const phone = await openCaller(kit);
    try {
      await assertMoved(kit, rtp.packets, 3);
      await sipp.succeeded();
      assert.deepEqual(kit.events().map(eventLine), upAndGone["LEG-B"]);
    } finally {
      await phone.close();
      rtp.close();
    }
  },
);
