import assert from "node:assert/strict";
import { timedCallTest, type WireAction } from "./kit.ts";
import { caller, scenario, sdp, wait } from "./scenario.ts";
import { startCaller } from "./sipp.ts";

const keys = "12065550188";
const listen: WireAction = {
  Type: "ReceiveDigits",
  Parameters: {
    InputDigitsRegex: `^\\d{${keys.length}}$`,
    InBetweenDigitsDurationInMilliseconds: 1_000,
    FlushDigitsDurationInMilliseconds: 60_000,
  },
};
const stay: WireAction = { Type: "Pause", Parameters: { DurationInMilliseconds: "30000" } };

/** Captures of one call each, whose numbers and timestamps go back and forth, and repeat. */
const play = (key: string) =>
  `<nop><action><exec play_pcap_audio="/usr/share/sip-tester/dtmf_2833_${key}.pcap"/></action></nop>`;

timedCallTest(
  "keys of the captures that SIPp ships are each heard once",
  {
    functions: [
      {
        NEW_INBOUND_CALL: [listen, { Type: "Speak", Parameters: { Text: "Go." } }, stay],
        DIGITS_RECEIVED: [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }],
      },
    ],
  },
  async (kit) => {
    const steps = [...keys].flatMap((key) => [play(key), wait(400)]);
    const call = [caller.invite(sdp()) + caller.progress, caller.answered(), wait(500), ...steps, caller.takeBye];
    const sipp = await startCaller(kit, { scenario: scenario(...call) });
    await sipp.succeeded();
    await kit.untilEnded();

    const reported = kit.events().find(({ InvocationEventType }) => InvocationEventType === "DIGITS_RECEIVED");
    assert.equal((reported?.ActionData as { ReceivedDigits?: string } | undefined)?.ReceivedDigits, keys);
  },
);
