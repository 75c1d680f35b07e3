import assert from "node:assert/strict";
import { parseMessage, type SipMessage } from "../../sip-syntax/index.ts";
import { SipAccount, SipCredentials, type SipPhones, type UserAgentOptions } from "../../sip/index.ts";
import { createManualClock } from "../manual-clock.ts";
import { createMemoryNetwork } from "../memory-network.ts";
import { aRequest, openRawSipPeer, openTestAgent, type RawSipPeer, type RequestParts } from "./sip-testbed.ts";

const secured = new SipAccount({ name: "1001", numbers: ["+12065550111"], password: "hunter2", mayRegister: true });
const other = new SipAccount({ name: "1002", numbers: [], password: "hunter2", mayRegister: true });
const open = new SipAccount({ name: "alice", numbers: [], password: undefined, mayRegister: true });
const trunk = new SipAccount({ name: "carrier", numbers: [], password: "hunter2", mayRegister: false });

/** What a phone sends. `parameters`: of its Contact. */
export type PhoneParts = RequestParts & { readonly to?: string; readonly from?: string; readonly parameters?: string };

/** A user agent with phones, and a peer that registers or calls as one: `1001` and `1002` have a password, `alice` has none, `carrier` only calls. */
export async function openPhoneBed(
  change: Partial<SipPhones> = {},
  guard?: UserAgentOptions["guard"],
  onRegistration?: UserAgentOptions["onRegistration"],
) {
  const clock = createManualClock();
  const network = createMemoryNetwork(clock);
  const accounts = [secured, other, open, trunk];
  const phones: SipPhones = {
    find: (user) => accounts.filter(({ name, numbers }) => name === user || numbers.includes(user)),
    algorithms: ["SHA-256", "MD5"],
    expiry: { shortestS: 60, longestS: 3_600 },
    ...change,
  };
  const under = await openTestAgent({
    ...{ network, clock, phones },
    ...(guard === undefined ? {} : { guard }),
    ...(onRegistration === undefined ? {} : { onRegistration }),
  });
  const peer = await openRawSipPeer(network);
  let count = 0;
  /** Sends a request, and gives what came back last. */
  const send = (from: RawSipPeer, { lines = [], parameters = "", ...parts }: PhoneParts = {}) => {
    count += 1;
    const to = parts.to ?? "alice";
    const text = aRequest({
      method: "REGISTER",
      requestUri: "sip:192.0.2.1",
      branch: `b${count}`,
      cseq: count,
      ...parts,
      lines,
    });
    const named = text.replace("To: <sip:+12065550100@192.0.2.1>", `To: <sip:${to}@192.0.2.1>`);
    const sent = parts.from === undefined ? named : named.replace("sip:peer@", `sip:${parts.from}@`);
    from.send(sent.replace(/(Contact: .*)\r\n/, `$1${parameters}\r\n`));
    clock.advance(2);
    return from.inbox.at(-1) ?? "";
  };
  return { ...under, clock, network, peer, send };
}

export type PhoneBed = Awaited<ReturnType<typeof openPhoneBed>>;

/** Status of a response; 0: it is none. */
export const statusOf = (text: string) => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0);
const parsed = (text: string): SipMessage => {
  const read = parseMessage(Buffer.from(text));
  return read.type === "message" ? read.message : assert.fail(text);
};

/** Sends a request, and again with credentials for the challenge. */
export function withPassword(bed: PhoneBed, parts: PhoneParts, account = { username: "1001", password: "hunter2" }) {
  const credentials = new SipCredentials(account);
  const method = parts.method ?? "REGISTER";
  const sent = { method, uri: parts.requestUri ?? "sip:192.0.2.1" };
  credentials.learn(parsed(bed.send(bed.peer, parts)), { headers: [], nonces: [] });
  const lines = credentials.authorize(sent).headers.map(({ name, value }) => `${name}: ${value}`);
  return bed.send(bed.peer, { ...parts, lines: [...(parts.lines ?? []), ...lines] });
}
