import assert from "node:assert/strict";
import { storedTone } from "../wire/call-scene.ts";
import { peerNumber, signallingTest, type WireAction } from "./kit.ts";
import { branches, called, caller, flow, receive, scenario, sdp } from "./scenario.ts";
import { startCalled, startCaller, type Sipp } from "./sipp.ts";

/* The flows of RFC 3665 that a far end of this server can have with it, and some that are hard on it, a call each: those of callers in one SIPp,
 * those of called parties in another, and both with one server. */

const play: WireAction = {
  Type: "PlayAudio",
  Parameters: { AudioSource: { Type: "S3", BucketName: "prompts", Key: "tone.wav" } },
};
const stay: WireAction = { Type: "Pause", Parameters: { DurationInMilliseconds: 20_000 } };
const hangUp = (code: string): WireAction => ({ Type: "Hangup", Parameters: { SipResponseCode: code } });

/** What the function does in a flow, and what SIPp does. */
interface Flow {
  readonly title: string;
  readonly actions: readonly WireAction[];
  readonly steps: readonly string[];
}

const trying = receive(100, `optional="true"`);
const dial = caller.invite(sdp()) + caller.progress;
const up = dial + caller.answered();
const ack = (cseq: number) => caller.inDialog("ACK", cseq);
const invite = (cseq: number, change: Parameters<typeof sdp>[0] = {}) =>
  caller.inDialog("INVITE", cseq, sdp({ version: cseq, ...change }));
const reinvite = (cseq: number, change?: Parameters<typeof sdp>[0]) => invite(cseq, change) + trying;
const refused = (status: number) => receive(status) + caller.ackRefusal;

const ofCallers: readonly Flow[] = [
  { title: "§3.1, the called party hangs up", actions: [play, hangUp("0")], steps: [up, caller.takeBye] },
  { title: "§3.1, the caller hangs up", actions: [play, stay], steps: [up, caller.bye()] },
  {
    title: "§3.6, the ACK brings the answer",
    actions: [play, stay],
    steps: [caller.invite(undefined), caller.progress, caller.answered(sdp()), caller.bye()],
  },
  {
    title: "§3.7, re-INVITEs with another codec and address, hold and resume",
    actions: [play, stay],
    steps: [
      up,
      ...[{ formats: "8 101", port: "[media_port+2]" }, { direction: "sendonly" }, {}].flatMap((change, index) => [
        reinvite(index + 2, change),
        receive(200),
        ack(index + 2),
      ]),
      caller.bye(5),
    ],
  },
  {
    title: "§3.8, no answer",
    actions: [stay],
    steps: [caller.invite(sdp()), trying, receive(180), caller.cancel, receive(200), refused(487)],
  },
  { title: "§3.9, busy", actions: [hangUp("486")], steps: [dial, refused(486)] },
  { title: "§3.11, unavailable", actions: [hangUp("480")], steps: [dial, refused(480)] },
  {
    title: "a PRACK of another INVITE, the right one, and that again; UPDATE before the answer",
    actions: [stay],
    steps: [
      caller.invite(sdp(), { headers: ["Require: 100rel"] }),
      trying,
      caller.takeReliable(180),
      caller.request("PRACK", 2, ["RAck: [$rseq] 9 INVITE"]) + receive(481),
      caller.request("PRACK", 3, ["RAck: [$rseq] 1 INVITE"]) + receive(200),
      caller.request("PRACK", 4, ["RAck: [$rseq] 1 INVITE"]) + receive(481),
      caller.inDialog("UPDATE", 5, sdp({ version: 2 })) + receive(500),
      caller.request("UPDATE", 6) + receive(200),
      ...[caller.cancel, receive(200), refused(487)],
    ],
  },
  {
    title: "an offer in a reliable 180, whose PRACK brings the answer before the 200",
    actions: [play, stay],
    steps: [
      caller.invite(undefined, { headers: ["Require: 100rel"] }),
      trying,
      caller.takeReliable(180),
      caller.inDialog("PRACK", 2, sdp(), ["RAck: [$rseq] 1 INVITE"]) + receive(200),
      ...[receive(200, `rrs="true"`), ack(1), caller.bye(3)],
    ],
  },
  {
    title: "UPDATE and a further re-INVITE before the ACK of a re-INVITE",
    actions: [play, stay],
    steps: [
      up,
      ...[reinvite(2), receive(200)],
      caller.inDialog("UPDATE", 3, sdp({ version: 3 })) + receive(200),
      ...[invite(4), caller.refusedInDialog(491, 4), ack(2), caller.bye(5)],
    ],
  },
  {
    title: "CANCEL behind the 200",
    actions: [play, stay],
    steps: [dial, receive(200, `rrs="true"`), caller.cancel, receive(200), ack(1), caller.bye()],
  },
  {
    title: "BYE before the answer",
    actions: [stay],
    steps: [
      caller.invite(sdp()),
      ...[trying, receive(180, `rrs="true"`), caller.request("BYE", 2), receive(200), refused(487)],
    ],
  },
  {
    title: "OPTIONS, INFO and REFER in the call",
    actions: [play, stay],
    steps: [
      up,
      caller.request("OPTIONS", 2) + receive(200),
      caller.info(3, "application/dtmf-relay", "Signal=5\r\nDuration=160") + receive(200),
      caller.info(4, "application/dtmf", "#") + receive(200),
      caller.request("REFER", 5, ["Refer-To: <sip:other@[local_ip]>"]) + receive(405),
      caller.bye(6),
    ],
  },
  {
    title:
      "re-INVITEs without an offer, with a hold of old phones (c=0.0.0.0), with a lower CSeq, and an unknown method",
    actions: [play, stay],
    steps: [
      up,
      caller.inDialog("INVITE", 3) +
        trying +
        receive(200, `rrs="true"`) +
        caller.inDialog("ACK", 3, sdp({ version: 3 })),
      caller.inDialog("INVITE", 4, sdp({ version: 4 }).replace("[media_ip]", "0.0.0.0")) +
        trying +
        receive(200) +
        ack(4),
      caller.request("INFO", 2) + receive(500),
      caller.request("WHATEVER", 5) + receive(405),
      caller.bye(6),
    ],
  },
  {
    title: "a call that is to take the place of another, which is switched off",
    actions: [stay],
    steps: [caller.invite(sdp(), { headers: ["Replaces: nobody;to-tag=1;from-tag=2"] }), refused(603)],
  },
  {
    title: "what is required and not there",
    actions: [stay],
    steps: [caller.invite(sdp(), { headers: ["Require: 100rel, replaces, path"] }), refused(420)],
  },
  {
    title: "a session interval that is too short",
    actions: [stay],
    steps: [caller.invite(sdp(), { headers: ["Supported: timer", "Session-Expires: 60"] }), ...[trying, refused(422)]],
  },
];

const ring = called.respond("180 Ringing");
const answer = called.respondToInvite("200 OK", sdp()) + receive("ACK");
const takeBye = receive("BYE") + called.respondInDialog("200 OK");

const ofCalled: readonly Flow[] = [
  { title: "§3.1, we hang up", actions: [hangUp("0")], steps: [ring, answer, takeBye] },
  { title: "§3.1, the called party hangs up", actions: [stay], steps: [ring, answer, called.bye(2)] },
  { title: "§3.9, busy", actions: [], steps: [called.respond("486 Busy Here"), receive("ACK")] },
  {
    title: "reliable responses out of order: the one that is a number too early is left aside",
    actions: [hangUp("0")],
    steps: [
      called.respond("183 Session Progress", sdp(), "", ["Require: 100rel", "RSeq: 5"]),
      ...[receive("PRACK"), called.respondInDialog("200 OK")],
      // Nothing comes back for the first of the two: SIPp takes no message between what it sends.
      called.respondToInvite("180 Ringing", undefined, { options: "", headers: ["Require: 100rel", "RSeq: 7"] }),
      called.respondToInvite("180 Ringing", undefined, { options: "", headers: ["Require: 100rel", "RSeq: 6"] }),
      ...[receive("PRACK"), called.respondInDialog("200 OK")],
      ...[called.respondToInvite("200 OK", sdp(), { options: "" }), receive("ACK"), takeBye],
    ],
  },
  {
    title: "BYE before the answer",
    actions: [],
    steps: [
      ring,
      ...[called.inDialog("BYE", 2), receive(200), receive("CANCEL"), called.respondInDialog("200 OK")],
      ...[called.respondToInvite("487 Request Terminated"), receive("ACK")],
    ],
  },
  {
    title: "a second far end answers too: it gets ACK and BYE, and the call goes on",
    actions: [stay],
    steps: [
      ...[ring, answer, called.respondToInvite("200 OK", sdp(), { tag: "other", options: "" })],
      ...[receive("ACK"), receive("BYE"), called.respondInDialog("200 OK"), called.bye(2)],
    ],
  },
  {
    title: "forwarded, queued and told of a branch that ended, then answered",
    actions: [hangUp("0")],
    steps: [
      ...["181 Call Is Being Forwarded", "182 Queued", "199 Early Dialog Terminated"].map((status) =>
        called.respond(status),
      ),
      ...[answer, takeBye],
    ],
  },
  {
    title: "moved, which is not followed",
    actions: [],
    steps: [called.respond("302 Moved Temporarily"), receive("ACK")],
  },
  {
    title: "a longer session interval is asked for",
    actions: [hangUp("0")],
    steps: [
      called.respond("422 Session Interval Too Small", undefined, "", ["Min-SE: 1800"]) + receive("ACK"),
      called.invite,
      ...[answer, takeBye],
    ],
  },
];

const functionBody = (flows: readonly Flow[], others: readonly Flow[]) => `
  const leg = event.CallDetails.Participants[0];
  if (event.InvocationEventType === "NEW_INBOUND_CALL")
    return ${JSON.stringify(flows.map(({ actions }) => actions))}[leg.SipHeaders["X-Flow"]];
  if (event.InvocationEventType === "CALL_ANSWERED")
    return ${JSON.stringify(others.map(({ actions }) => actions))}[Number(leg.To.slice(-2))];
`;

/** Fails with the flow that SIPp was in. */
async function succeeded(sipp: Sipp, flows: readonly Flow[], reached: () => number): Promise<void> {
  try {
    await sipp.succeeded();
  } catch (error) {
    throw new Error(`in the flow "${flows[reached()]?.title}"`, { cause: error });
  }
}

signallingTest(
  `a SIPp goes through ${ofCallers.length} flows as the caller and ${ofCalled.length} as the called party (RFC 3665, RFC 3262, RFC 3311, RFC 4028)`,
  { functions: [functionBody(ofCallers, ofCalled)], prompts: { "tone.wav": storedTone(440, 40) } },
  async (kit) => {
    const asCaller = await startCaller(kit, {
      scenario: scenario(...ofCallers.map(({ steps }, index) => flow(String(index), ...steps))),
    });
    const invites = () =>
      kit.trace.filter(
        ({ direction, startLine, isRetransmission }) =>
          direction === "received" && startLine.startsWith("INVITE") && !isRetransmission,
      ).length;
    await succeeded(asCaller, ofCallers, () => invites() - 1);

    const asCalled = await startCalled(kit, {
      scenario: scenario(
        called.invite,
        branches(
          "to",
          ofCalled.map(({ steps }) => steps.join("\n")),
        ),
      ),
      calls: ofCalled.length,
    });
    const before = kit.events().filter(({ InvocationEventType: type }) => type === "HANGUP").length;
    for (const [index, { title }] of ofCalled.entries()) {
      await kit.call({ ToPhoneNumber: `${peerNumber.slice(0, -2)}${String(index).padStart(2, "0")}` });
      const hangups = () => kit.events().filter(({ InvocationEventType: type }) => type === "HANGUP").length;
      await kit.until(`the end of the flow "${title}"`, () => hangups() === before + index + 1);
    }
    await asCalled.succeeded();
    assert.equal(kit.server.ledger().calls, 0);
  },
);

const desk = { name: "1001", password: "battery-staple", numbers: ["+12065550111"] };

/** A REGISTER as the desk, first without credentials and then with `password`, which gets `status`.
 * @param lines its contacts
 * @param shown what the Contact of the 200 has to look like */
function register(cseq: number, lines: readonly string[], { password = desk.password, status = 200, shown = "" } = {}) {
  const request = (seq: number, credentials: readonly string[]) =>
    [
      "<send><![CDATA[",
      "",
      "REGISTER sip:[remote_ip]:[remote_port] SIP/2.0",
      "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
      `From: <sip:${desk.name}@[remote_ip]>;tag=[pid]desk`,
      `To: <sip:${desk.name}@[remote_ip]>`,
      "Call-ID: [call_id]",
      `CSeq: ${seq} REGISTER`,
      "Max-Forwards: 70",
      ...lines,
      ...credentials,
      "Content-Length: 0",
      "",
      "",
      "]]></send>",
    ].join("\n");
  const check =
    shown === ""
      ? receive(status)
      : `<recv response="${status}"><action><ereg regexp="${shown}" search_in="msg" check_it="true" assign_to="shown"/></action></recv><Reference variables="shown"/>`;
  const credentials = `[authentication username=${desk.name} password=${password}]`;
  return request(cseq, []) + receive(401, `auth="true"`) + request(cseq + 1, [credentials]) + check;
}

const deskAt = (port: number) => `Contact: <sip:desk@[local_ip]:${port}>;expires=600`;

signallingTest(
  "a SIPp registers, adds a contact, asks for both, takes all back, and is refused with a wrong password (RFC 3665 §2)",
  { functions: [{}], config: { phones: [desk], registrations: { algorithms: ["MD5"] } } },
  async (kit) => {
    const steps = [
      register(1, [deskAt(5_070)], { shown: "Contact: .sip:desk@[0-9.]+:5070.;expires=600" }),
      register(3, [deskAt(5_072)], { shown: "5070.*5072" }),
      register(5, [], { shown: "5070.*5072" }),
      register(7, ["Contact: *", "Expires: 0"]),
      register(9, [deskAt(5_070)], { password: "guess", status: 401 }),
    ];
    const sipp = await startCaller(kit, { scenario: scenario(...steps) });
    await sipp.succeeded();

    assert.equal(kit.server.ledger().registrations, 0);
    const answers = (await sipp.startLines("received")).map((line) => line.split(" ")[1]);
    assert.deepEqual(answers, [...Array.from({ length: 4 }, () => ["401", "200"]).flat(), "401", "401"]);
  },
);
