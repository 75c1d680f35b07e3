import assert from "node:assert/strict";
import type { Logger } from "../../../src/kernel/index.ts";
import { createUserAgent, type SipNetwork } from "../../../src/sip/index.ts";
import { createManualClock } from "../../../src/testing/manual-clock.ts";
import { createScriptedResolver } from "../../../src/testing/internal/scripted-resolver.ts";
import { aDescription, aRequest, aResponse } from "../../../src/testing/internal/sip-testbed.ts";
import type { FuzzTarget } from "../target.ts";

/** Between the datagrams of an input. */
const separator = "\x1e";
/** Stands for the tag that the server gave last. */
const ourTag = "OURTAG";
/** After this a transaction is over, and what comes behind it. RFC 3261 §17.2 */
const restMs = 200_000;

const clock = createManualClock();
const heard: { datagram?: (bytes: Buffer, host: string, port: number) => void } = {};
const state = { tag: "none", errors: [] as string[], calls: [] as { hangUp(): void }[], before: Buffer.alloc(0) };

/** A far end that hears everything, and has no connections. */
const network: SipNetwork = {
  openDatagram: async (host, port, onDatagram) => {
    heard.datagram = onDatagram;
    return { host, port, send: (bytes) => noteTag(bytes.toString("latin1")), close: () => undefined };
  },
  listenStream: async (host, port) => ({ host, port, close: () => undefined }),
  connectStream: (host, port) => ({
    local: () => ({ host: "192.0.2.1", port: 0 }),
    peer: { host, port },
    start: ({ onClosed }) => void clock.startTimer(1, () => onClosed("connection refused")),
    write: () => undefined,
    close: () => undefined,
  }),
  sourceHost: () => "192.0.2.1",
  probeDatagram: () => () => undefined,
};

function noteTag(text: string): void {
  const tag = /^To:.*;tag=([^;\s]+)/im.exec(text)?.[1];
  if (tag !== undefined && text.startsWith("SIP/")) state.tag = tag;
}

const log: Logger = {
  ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
  error: (facts, message) => void state.errors.push(`${message} ${JSON.stringify(facts)}`),
  child: () => log,
};

const agent = await createUserAgent({
  ...{ listeners: [{ transport: "udp", host: "192.0.2.1", port: 5060 }], userAgent: "Test", clock, log, network },
  ...{ acceptsRefer: true, resolver: createScriptedResolver({}) },
  onInvite(call) {
    state.calls.push(call);
    call.delegate = { onOffer: (offer) => offer ?? aDescription, onEnded: () => undefined };
    const { user } = call.requestUri;
    if (user.startsWith("r")) call.reject(486);
    else if (user.startsWith("a")) call.ring(aDescription);
    else call.answer(aDescription);
  },
});

/** Ends what the input before it left, after whose turns nothing may be there. */
function settle(): void {
  for (const call of state.calls.splice(0)) call.hangUp();
  clock.advance(restMs);
}

const inDialog = (method: string, cseq: number, lines: readonly string[] = [], body = "") =>
  aRequest({ method, cseq, toTag: ourTag, lines, body, branch: `${method}${cseq}` });
const invite = aRequest();
const ack = inDialog("ACK", 1);

export const sipAgent: FuzzTarget = {
  name: "sip-agent",
  goesOn: true,
  seeds: [
    [invite, ack, inDialog("BYE", 2)],
    [
      invite,
      ack,
      inDialog("INVITE", 2, [], aDescription),
      inDialog("ACK", 2),
      inDialog("UPDATE", 3, ["Session-Expires: 90"]),
    ],
    [
      aRequest({ lines: ["Supported: timer, 100rel, replaces", "Session-Expires: 90;refresher=uac"] }),
      ack,
      aResponse(inDialog("BYE", 1), "200 OK"),
    ],
    [
      aRequest({ requestUri: "sip:a@192.0.2.1", lines: ["Require: 100rel"] }),
      inDialog("PRACK", 2, ["RAck: 1 1 INVITE"]),
    ],
    [aRequest({ requestUri: "sip:a@192.0.2.1" }), aRequest({ method: "CANCEL", branch: "INVITE1" })],
    [aRequest({ requestUri: "sip:r@192.0.2.1" }), inDialog("ACK", 1)],
    [
      invite,
      ack,
      inDialog("REFER", 2, ["Refer-To: <sip:b@h?Replaces=c%40h%3Bto-tag%3D1>"]),
      inDialog("INFO", 3, ["Content-Type: application/dtmf"], "5"),
    ],
    [
      invite,
      aRequest({
        fromTag: "other",
        branch: "x",
        callId: "call-2",
        lines: [`Replaces: call-1;to-tag=${ourTag};from-tag=peer`],
      }),
    ],
    [aRequest({ method: "OPTIONS" }), aRequest({ method: "REGISTER" }), "\r\n\r\n", aRequest({ method: "FOO" })],
  ].map((datagrams) => datagrams.join(separator)),
  words: [
    ...[
      separator,
      ourTag,
      "\r\n",
      "\r\n\r\n",
      ";tag=",
      ";lr",
      "CSeq: 2 ",
      "CSeq: 4294967295 ",
      "branch=z9hG4bK",
      "call-1",
      "Require: 100rel\r\n",
    ],
    ...[
      "Supported: 100rel, timer\r\n",
      "Session-Expires: 90\r\n",
      "Record-Route: <sip:h;lr>\r\n",
      "Contact: <sip:h.example.com>\r\n",
      "SIP/2.0 200 OK",
      "SIP/2.0 481 x",
    ],
    ...[
      "INVITE",
      "ACK",
      "BYE",
      "CANCEL",
      "UPDATE",
      "PRACK",
      "REFER",
      "INFO",
      "RAck: 1 1 INVITE\r\n",
      "Replaces: ",
      "P-Asserted-Identity: <tel:+1>\r\n",
    ],
  ],
  take(bytes) {
    settle();
    const { transactions, dialogs, timers } = agent.ledger();
    const left = { transactions, dialogs, timers, errors: state.errors.splice(0) };
    const input = state.before.toString("base64");
    assert.deepEqual(
      left,
      { transactions: 0, dialogs: 0, timers: 0, errors: [] },
      `left by the input before: ${input}`,
    );
    state.before = Buffer.from(bytes);
    for (const datagram of bytes.toString("latin1").split(separator, 40)) {
      const text = datagram.replaceAll(ourTag, state.tag);
      heard.datagram?.(Buffer.from(text, "latin1"), "192.0.2.9", 5060);
      clock.advance(2);
    }
  },
};
