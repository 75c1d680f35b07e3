import assert from "node:assert/strict";
import type { PhoneCall } from "../../src/testing/index.ts";
import { ownNumber, virtualCallTest } from "../interop/kit.ts";
import { hangUp } from "./call-scene.ts";
import { untilHears } from "./flow-lines.ts";
import { talk } from "./flow-scene.ts";
import { fromNumbers, makeMeeting, meetingTest, prompts, tonesHz } from "./meeting-scene.ts";

// Contract: sip-and-media-meeting-number
meetingTest(
  "a phone that calls the number of meetings takes part without a function, and is hung up when the meeting ends",
  async ({ kit, meeting, dial }) => {
    const one = await dial("one");
    const { joinToken } = await meeting.attend("two");
    const opened = await kit.openPhone();
    const { host, port } = kit.address("udp");
    const call = opened.phone.dial(`sip:+17035550122@${host}:${port}`, {
      from: fromNumbers.two,
      headers: [{ name: "X-chime-join-token", value: joinToken }],
    });
    await call.answered;
    talk(call, tonesHz.two);
    await one.hears("two");
    await untilHears(kit, call, tonesHz, "one");
    const told = kit.events().length;
    await meeting.end();
    const { end } = await call.ended;
    await one.call.ended;
    await kit.untilEnded();
    await opened.close();

    assert.equal(end.type, "bye");
    assert.equal(kit.events().length - told, 2, "only the function of the other caller is told of the end");
  },
);

// Contract: sip-and-media-meeting-number, sip-and-media-own-headers
virtualCallTest(
  "a call of the API to the number of meetings is answered by the meeting, and a CallAndBridge brings a phone in; the function sees no token",
  {
    functions: [
      {
        CALL_ANSWERED: [
          {
            Type: "CallAndBridge",
            Parameters: {
              CallerIdNumber: ownNumber,
              Endpoints: [{ BridgeEndpointType: "PSTN", Uri: fromNumbers.two }],
            },
          },
        ],
        HANGUP: [hangUp()],
      },
    ],
    prompts,
  },
  async (kit) => {
    const meeting = await makeMeeting(kit);
    const bridged = await meeting.attend("two");
    const direct = await meeting.attend("one");
    const rung: PhoneCall[] = [];
    const opened = await kit.openPhone({ onCall: (call) => void rung.push(call) });
    const { host, port } = kit.address("udp");
    const other = await kit.openPhone();
    const one = other.phone.dial(`sip:+17035550122@${host}:${port};x-chime-join-token=${direct.joinToken}`);
    await one.answered;
    talk(one, tonesHz.one);

    await kit.call({
      ToPhoneNumber: "+17035550122",
      SipHeaders: { "X-chime-join-token": bridged.joinToken, "X-chime-meeting-id": meeting.meetingId },
    });
    // The first leg needed no way out of this server.
    kit.routeTo(opened.phone.address);
    await kit.until("the bridge", () => kit.eventTypes().includes("ACTION_SUCCESSFUL"));
    const [two] = rung;
    assert.ok(two !== undefined);
    talk(two, tonesHz.two);
    await untilHears(kit, one, tonesHz, "two");
    await untilHears(kit, two, tonesHz, "one");
    two.hangUp();
    await kit.untilEnded();
    await untilHears(kit, one, tonesHz, "");
    one.hangUp();
    await Promise.all([opened.close(), other.close()]);

    assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED", "ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
    for (const line of kit.lines) assert.ok(!line.includes(bridged.joinToken), line);
  },
);
