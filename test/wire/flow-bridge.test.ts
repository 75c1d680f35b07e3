import assert from "node:assert/strict";
import { freePort } from "../interop/ports.ts";
import { pause, playAudio } from "./call-scene.ts";
import { answeredB, messageLines, ourBye, theirBye } from "./flow-lines.ts";
import { assertFlow, bridge, flowTest, hangUpLeg, source, talk, tonesHz } from "./flow-scene.ts";

const both = "[A Connected, B Connected]";
const bridgedEvent = `ACTION_SUCCESSFUL CallAndBridge ${both}`;
const cancelledB = ["> INVITE", "< 100", "< 180", "> CANCEL", "< 200 CANCEL", "< 487", "> ACK"];
const ringing = { phoneB: { greeting: { type: "ring" } } } as const;
/** LEG-A is not answered before the bridge. */
const unanswered = { directions: ["Inbound"] } as const;
const outbound = { directions: ["Outbound"] } as const;
/** LEG-A is up before the bridge. */
const answered = { start: [playAudio("prompt.wav"), bridge({ RingbackTone: source("ring.wav") })] };
/** The other leg is hung up when one leaves. */
const releasing = {
  replies: { "HANGUP LEG-A": [hangUpLeg("LEG-B")], "HANGUP LEG-B": [hangUpLeg("LEG-A")] },
};

// Contract: sip-and-media-ringing-at-once, sip-and-media-bridge-media
flowTest(
  "a bridge: an unanswered LEG-A is answered only when LEG-B has answered, then both hear each other",
  { ...unanswered, ...ringing, ...releasing, start: [bridge()] },
  async (scene) => {
    const b = await scene.nextB();
    await b.ringing;
    const [legA = ""] = scene.kit.facts.flatMap((fact) => (fact.type === "leg-signalled" ? [fact.sipCallId] : []));
    await scene.kit.until("LEG-B's 180 is passed on", () => messageLines(scene.kit, legA).length === 4);
    assert.deepEqual(messageLines(scene.kit, legA), ["< INVITE", "> 100", "> 180", "> 180"]);
    b.answer();
    await Promise.all([scene.a.answered, b.answered]);
    talk(scene.a, tonesHz.a);
    talk(b, tonesHz.b);

    assert.deepEqual([await scene.hears(scene.a), await scene.hears(b)], ["b", "a"]);
    scene.a.hangUp();
    await scene.over();

    const { trace } = scene.kit;
    const at = (direction: string, what: string) =>
      trace.findIndex((entry) => entry.direction === direction && entry.startLine.startsWith(what));
    assert.ok(at("received", "200") < at("sent", "200"));
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: theirBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

flowTest(
  "a bridge: an answered LEG-A hears the ringback tone again and again, until LEG-B answers",
  { ...answered, ...ringing, ...releasing },
  async (scene) => {
    const b = await scene.nextB();
    await Promise.all([scene.a.answered, b.ringing, scene.runs("CallAndBridge")]);
    // The tone in the store has 300 ms.
    for (const _time of [1, 2]) assert.equal(await scene.hears(scene.a), "ring");
    b.answer();
    await b.answered;
    talk(b, tonesHz.b);
    assert.equal(await scene.hears(scene.a), "b");
    b.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        bridgedEvent,
        "HANGUP LEG-B 0 [A Connected, B Disconnected]",
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...theirBye]],
    });
  },
);

flowTest(
  "events for LEG-B while it rings: none, no RINGING and no CALL_ANSWERED; without a ringback tone LEG-A hears nothing",
  { ...outbound, ...ringing, ...releasing, start: [playAudio("prompt.wav"), bridge()] },
  async (scene) => {
    const b = await scene.nextB();
    await b.ringing;
    await scene.runs("CallAndBridge");
    assert.equal(await scene.hears(scene.a), "");
    b.answer();
    await scene.reported("ACTION_SUCCESSFUL CallAndBridge");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        bridgedEvent,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: theirBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

const refusedB = (status: number) => ["> INVITE", "< 100", `< ${status}`, "> ACK"];
const refusing = (status: number) => ({ phoneB: { greeting: { type: "reject", status } } }) as const;

for (const status of [486, 603, 404]) {
  flowTest(
    `a bridge that fails: LEG-B refuses with ${status}; an unanswered LEG-A stays so, and the function decides`,
    { ...unanswered, ...refusing(status), start: [bridge()], replies: { ACTION_FAILED: [hangUpLeg("LEG-A", "486")] } },
    async (scene) => {
      await scene.over();

      await assertFlow(scene, {
        setUp: "none",
        events: [
          "NEW_INBOUND_CALL [A -]",
          "ACTION_FAILED CallAndBridge CallNotAnswered [A -]",
          "HANGUP LEG-A 486 [A Disconnected]",
        ],
        a: ["< INVITE", "> 100", "> 180", "> 486", "< ACK"],
        b: [refusedB(status)],
      });
    },
  );
}

flowTest(
  "a bridge that fails: LEG-B is busy; an answered LEG-A goes on with what the function says then",
  { ...outbound, ...answered, ...refusing(486), replies: { ACTION_FAILED: [playAudio("long.wav")] } },
  async (scene) => {
    await scene.reported("ACTION_FAILED");
    assert.equal(await scene.hears(scene.a), "long");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        "ACTION_FAILED CallAndBridge CallNotAnswered [A Connected]",
        "ACTION_FAILED PlayAudio SystemException [A Disconnected]",
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: theirBye,
      b: [refusedB(486)],
    });
  },
);

flowTest(
  "a bridge that fails: LEG-B does not answer in time and is cancelled; no HANGUP tells of it",
  {
    ...ringing,
    start: [pause(100), bridge({ CallTimeoutSeconds: 1 })],
    replies: { ACTION_FAILED: [hangUpLeg("LEG-A")] },
  },
  async (scene) => {
    await scene.over();

    const isIn = scene.direction === "Inbound";
    const status = isIn ? "-" : "Connected";
    await assertFlow(scene, {
      setUp: isIn ? "none" : "answered",
      events: [
        ...(isIn ? ["NEW_INBOUND_CALL [A -]"] : []),
        `ACTION_FAILED CallAndBridge CallNotAnswered [A ${status}]`,
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: isIn ? ["< INVITE", "> 100", "> 180", "> 180", "> 480", "< ACK"] : ourBye,
      b: [cancelledB],
    });
  },
);

flowTest(
  "a bridge that fails: nothing listens at the far end of LEG-B",
  {
    ...unanswered,
    start: [pause(300), bridge()],
    replies: { ACTION_FAILED: [playAudio("prompt.wav"), hangUpLeg("LEG-A")] },
  },
  async (scene) => {
    scene.kit.routeTo({ transport: "udp", host: "127.0.0.1", port: await freePort() });
    await scene.over();

    const status = scene.direction === "Inbound" ? "-" : "Connected";
    await assertFlow(scene, {
      events: [`ACTION_FAILED CallAndBridge CallNotAnswered [A ${status}]`, "HANGUP LEG-A 0 [A Disconnected]"],
      a: ourBye,
      b: [["> INVITE"]],
    });
  },
);

flowTest(
  "LEG-A leaves a bridge: LEG-B stays, hears what the function says to it, until the function hangs it up",
  { start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    assert.deepEqual([await scene.hears(scene.a), await scene.hears(b)], ["b", "a"]);

    scene.a.hangUp();
    await scene.reported("HANGUP LEG-A");
    assert.equal(await scene.hears(b), "");
    await scene.update(playAudio("long.wav"));
    await scene.runs("PlayAudio");
    assert.equal(await scene.hears(b), "long");
    await scene.update(hangUpLeg("LEG-B"));
    await scene.over();

    const alone = "[A Disconnected, B Connected]";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `HANGUP LEG-A 0 ${alone}`,
        `CALL_UPDATE_REQUESTED ${alone}`,
        `CALL_UPDATE_REQUESTED ${alone}`,
        `ACTION_INTERRUPTED PlayAudio ${alone}`,
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: theirBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

flowTest(
  "LEG-B leaves a bridge: LEG-A stays, and a new CallAndBridge gives a new CallId at its place",
  { start: [bridge()] },
  async (scene) => {
    const first = await scene.bridged();
    first.hangUp();
    await scene.reported("HANGUP LEG-B");
    assert.equal(await scene.hears(scene.a), "");
    await scene.update(bridge());
    const second = await scene.nextB();
    await scene.reported("ACTION_SUCCESSFUL CallAndBridge", 2);
    talk(second, tonesHz.long);
    assert.deepEqual([await scene.hears(scene.a), await scene.hears(second)], ["long", "a"]);
    second.hangUp();
    await scene.reported("HANGUP LEG-B", 2);
    await scene.update(hangUpLeg("LEG-A"));
    await scene.over();

    const ids = scene.events().map(({ CallDetails }) => CallDetails.Participants[1]?.["CallId"]);
    assert.equal(new Set(ids.filter((id) => id !== undefined)).size, 2);
    const alone = "[A Connected, B Disconnected]";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `HANGUP LEG-B 0 ${alone}`,
        `CALL_UPDATE_REQUESTED ${alone}`,
        bridgedEvent,
        `HANGUP LEG-B 0 ${alone}`,
        `CALL_UPDATE_REQUESTED ${alone}`,
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [
        [...answeredB, ...theirBye],
        [...answeredB, ...theirBye],
      ],
    });
  },
);

flowTest(
  "the function hangs up LEG-B of a bridge: HANGUP LEG-B, then the success of the Hangup; LEG-A stays",
  { start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update(hangUpLeg("LEG-B"));
    assert.equal((await b.ended).end.type, "bye");
    await scene.reported("ACTION_SUCCESSFUL Hangup");
    assert.equal(await scene.hears(scene.a), "");
    scene.a.hangUp();
    await scene.over();

    const alone = "[A Connected, B Disconnected]";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `CALL_UPDATE_REQUESTED ${both}`,
        `HANGUP LEG-B 0 ${alone}`,
        `ACTION_SUCCESSFUL Hangup ${alone}`,
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: theirBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

flowTest(
  "the function hangs up LEG-B of a bridge: if the reply to HANGUP has actions they run, and the Hangup is not told",
  { ...unanswered, start: [bridge()], replies: { "HANGUP LEG-B": [playAudio("prompt.wav"), hangUpLeg("LEG-A")] } },
  async (scene) => {
    await scene.bridged();
    await scene.update(hangUpLeg("LEG-B"));
    await scene.over();

    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `CALL_UPDATE_REQUESTED ${both}`,
        "HANGUP LEG-B 0 [A Connected, B Disconnected]",
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

flowTest(
  "the function hangs up LEG-A of a bridge: HANGUP LEG-A alone; its reply hangs up LEG-B",
  { start: [bridge()], ...releasing },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update(hangUpLeg("LEG-A"));
    await scene.over();

    assert.equal((await b.ended).end.type, "bye");
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `CALL_UPDATE_REQUESTED ${both}`,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

flowTest(
  "the function hangs up LEG-A of a bridge and says nothing more: LEG-B stays until the longest time for a call has passed",
  { ...outbound, start: [bridge()], limits: { longestCallSeconds: 3 } },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update(hangUpLeg("LEG-A"));
    await scene.reported("HANGUP LEG-A");
    assert.equal(await scene.hears(b), "");
    scene.kit.clock.run(20);
    await scene.over();
    scene.kit.clock.run(1);

    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        `CALL_UPDATE_REQUESTED ${both}`,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);

// Contract: sip-and-media-longest-call
flowTest(
  "both legs of a bridge are Connected until a limit ends them, one HANGUP for each",
  { ...unanswered, start: [bridge()], limits: { longestCallSeconds: 3 } },
  async (scene) => {
    await scene.bridged();
    scene.kit.clock.run(20);
    await scene.over();
    scene.kit.clock.run(1);

    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        bridgedEvent,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);
