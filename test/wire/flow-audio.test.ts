import assert from "node:assert/strict";
import { callTest, ownNumber, peerNumber, virtualCallTest, type CallKit } from "../interop/kit.ts";
import type { PhoneCall } from "../../src/testing/index.ts";
import { hangUp, playAudio, storedTone } from "./call-scene.ts";
import { answeredB, hearing, ourBye, theirBye } from "./flow-lines.ts";
import { assertFlow, bridge, flowTest, hangUpLeg, tonesHz, type Scene } from "./flow-scene.ts";
import { openRawPhone, type RawPhone } from "./raw-phone.ts";

const both = "[A Connected, B Connected]";
const bridgedEvent = `ACTION_SUCCESSFUL CallAndBridge ${both}`;
const aHangsUp = {
  events: ["HANGUP LEG-A 0 [A Disconnected, B Connected]", "HANGUP LEG-B 0 [A Disconnected, B Disconnected]"],
  a: theirBye,
  b: [[...answeredB, ...ourBye]],
};
const releasing = { replies: { "HANGUP LEG-A": [hangUpLeg("LEG-B")] } };

async function assertHears(scene: Scene, b: PhoneCall, atA: string, atB: string): Promise<void> {
  assert.deepEqual([await scene.hears(scene.a), await scene.hears(b)], [atA, atB]);
}

for (const [tag, directions] of [
  ["LEG-A", ["Inbound"]],
  ["LEG-B", ["Outbound"]],
] as const) {
  flowTest(
    `an update of a bridged call: a prompt to ${tag} is heard by that leg only, and the bridge goes on after it`,
    { ...releasing, directions, start: [bridge()] },
    async (scene) => {
      const b = await scene.bridged();
      await assertHears(scene, b, "b", "a");
      // The other one hears silence meanwhile. Contract: actions-bridge-prompt
      await scene.update(playAudio("prompt.wav", { ParticipantTag: tag, Repeat: 4 }));
      await scene.runs("PlayAudio");
      await assertHears(scene, b, tag === "LEG-A" ? "prompt" : "", tag === "LEG-A" ? "" : "prompt");
      await scene.reported("ACTION_SUCCESSFUL PlayAudio");
      await assertHears(scene, b, "b", "a");
      scene.a.hangUp();
      await scene.over();

      await assertFlow(scene, {
        setUp: "bridged",
        ...aHangsUp,
        events: [
          bridgedEvent,
          `CALL_UPDATE_REQUESTED ${both}`,
          `ACTION_SUCCESSFUL PlayAudio ${both}`,
          ...aHangsUp.events,
        ],
      });
    },
  );
}

flowTest(
  "an update of a bridged call: SendDigits is heard by its leg only, and the bridge goes on",
  { ...releasing, directions: ["Outbound"], start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update({ Type: "SendDigits", Parameters: { ParticipantTag: "LEG-B", Digits: "12" } });
    await scene.reported("ACTION_SUCCESSFUL SendDigits");
    await assertHears(scene, b, "b", "a");
    scene.a.hangUp();
    await scene.over();

    assert.deepEqual([(await scene.a.ended).digits, (await b.ended).digits], ["", "12"]);
  },
);

flowTest(
  "keys pass through a bridge both ways, and a listener of a leg tells the function of that leg's own",
  {
    ...releasing,
    directions: ["Inbound"],
    start: [
      {
        Type: "ReceiveDigits",
        Parameters: {
          InputDigitsRegex: "^\\d{2}$",
          InBetweenDigitsDurationInMilliseconds: 200,
          FlushDigitsDurationInMilliseconds: 3_000,
        },
      },
      playAudio("prompt.wav"),
      bridge(),
    ],
  },
  async (scene) => {
    const b = await scene.bridged();
    await Promise.all([scene.a.pressKeys("12"), b.pressKeys("89")]);
    await scene.reported("DIGITS_RECEIVED");
    await assertHears(scene, b, "b", "a");
    scene.a.hangUp();
    await scene.over();

    assert.deepEqual([(await scene.a.ended).digits, (await b.ended).digits], ["89", "12"]);
    await assertFlow(scene, { ...aHangsUp, events: [bridgedEvent, `DIGITS_RECEIVED 12 ${both}`, ...aHangsUp.events] });
  },
);

const packets = 50;

/** Both phones send a packet every 20 ms; how long each was on its way, milliseconds: median and worst. */
async function delays(kit: CallKit, from: RawPhone, to: RawPhone): Promise<readonly [number, number]> {
  const sentAt = new Map<number, number>();
  for (let number = 1; number <= packets; number++) {
    sentAt.set(number, performance.now());
    from.send(number);
    to.send(packets + number);
    await kit.pass(20);
  }
  const took = () =>
    [...sentAt].flatMap(([number, atMs]) => {
      const cameAtMs = to.came.get(number);
      return cameAtMs === undefined ? [] : [cameAtMs - atMs];
    });
  await kit.until("most packets", () => took().length > packets / 2);
  const sorted = took().sort((one, other) => one - other);
  return [sorted[sorted.length >> 1] ?? NaN, sorted.at(-1) ?? NaN];
}

callTest(
  "a bridge: what one far end sends reaches the other with little delay, measured both ways and printed",
  { functions: [{ NEW_INBOUND_CALL: [bridge()], HANGUP: [hangUpLeg("LEG-B")] }] },
  async (kit, t) => {
    const a = await openRawPhone();
    const b = await openRawPhone();
    try {
      kit.routeTo(b.address);
      const server = kit.address("udp");
      a.dial(`sip:${ownNumber}@${server.host}:${server.port}`, server, `sip:${peerNumber}@127.0.0.1`);
      await Promise.all([a.answered, b.answered]);
      await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));

      const shown = ([median, worst]: readonly [number, number]) =>
        `${median.toFixed(2)} ms (worst ${worst.toFixed(2)})`;
      const there = await delays(kit, a, b);
      a.came.clear();
      const back = await delays(kit, b, a);
      t.diagnostic(`a packet through a bridge takes ${shown(there)} from LEG-A to LEG-B and ${shown(back)} back`);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
    await kit.untilEnded();
  },
);

virtualCallTest(
  "a number of another application of this server starts a second call there: own TransactionId, audio through both",
  {
    functions: [
      `const [leg] = event.CallDetails.Participants;
       const isSecond = leg.SipHeaders?.["X-Hop"] === "2";
       switch (event.InvocationEventType) {
         case "NEW_INBOUND_CALL":
           return isSecond
             ? ${JSON.stringify([playAudio("prompt.wav"), playAudio("prompt.wav"), hangUp()])}
             : ${JSON.stringify([bridge({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri: ownNumber }], SipHeaders: { "X-Hop": "2" } })])};
         case "HANGUP":
           return isSecond ? [] : ${JSON.stringify([hangUpLeg("LEG-A")])};
         default:
           return [];
       }`,
    ],
    prompts: { "prompt.wav": storedTone(tonesHz.prompt, 1_000) },
  },
  async (kit) => {
    const caller = await kit.openPhone();
    try {
      const { host, port } = kit.address("udp");
      const call = caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: peerNumber });
      await call.answered;
      assert.equal(await hearing(kit, call, tonesHz), "prompt");
      assert.equal((await call.ended).end.type, "bye");
      await kit.untilEnded(2);

      const ids = [...new Set(kit.events().map(({ CallDetails }) => CallDetails.TransactionId))];
      const [first = [], second = []] = ids.map((id) =>
        kit.events().filter(({ CallDetails }) => CallDetails.TransactionId === id),
      );
      assert.equal(ids.length, 2);
      assert.deepEqual(
        first.map(({ InvocationEventType }) => InvocationEventType),
        ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"],
      );
      assert.deepEqual(
        second.map(({ InvocationEventType }) => InvocationEventType),
        ["NEW_INBOUND_CALL", "HANGUP"],
      );
      const legB = first[1]?.CallDetails.Participants[1];
      const itsLegA = second[0]?.CallDetails.Participants[0];
      assert.deepEqual([legB?.["To"], legB?.["From"]], [itsLegA?.["To"], itsLegA?.["From"]]);
      assert.notEqual(legB?.["CallId"], itsLegA?.["CallId"]);
    } finally {
      await caller.close();
    }
  },
);
