import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Destination } from "../../call/index.ts";
import type { RegisteredContact, SipAddress, SipTarget } from "../../sip/index.ts";
import type { CallPorts, CallSettings } from "../ports.ts";
import { findPhone } from "./find-phone.ts";

const number = "+12065550111";
const at = (host: string): RegisteredContact => ({
  ...{ uri: `sip:desk@${host}`, routes: [], over: undefined },
  target: { host, port: undefined, transport: undefined },
});

interface Change {
  readonly to?: string;
  readonly device?: readonly RegisteredContact[];
}

/** What is called: each hop with the hosts that ring at once; "none" where it is no phone. */
async function called(
  destination: Destination,
  contacts: readonly RegisteredContact[],
  change: Change = {},
): Promise<string> {
  const found = await hopsOf(destination, contacts, change);
  if (found === undefined) return "none";
  return found
    .map(({ nextHop, also = [] }) => [nextHop, ...also.map((one) => one.nextHop)].map(({ host }) => host).join("+"))
    .join(", ");
}

async function hopsOf(destination: Destination, contacts: readonly RegisteredContact[], change: Change) {
  const locate = ({ host }: SipTarget): readonly SipAddress[] | Promise<readonly SipAddress[]> =>
    host.endsWith(".example") ? Promise.reject(new Error("no address")) : [{ transport: "udp", host, port: 5060 }];
  const own = ({ host }: SipAddress) => {
    const local = host.includes(":") ? "2001:db8::1" : "192.0.2.1";
    return { bound: local, local, advertised: local };
  };
  const ports = {
    userAgent: {
      contactsOf: (user: string) => (user === number || user === "desk" ? contacts : []),
      contactsOfDevice: () => change.device,
      ...{ locate, ownAddress: own },
      localAddressFor: (peer: SipAddress) => ({ transport: "udp", host: own(peer).local, port: 5060 }),
    },
  } as unknown as CallPorts;
  const settings = {
    isPhone: (user: string) => user === "desk",
    srtpOfPhone: (user: string) => (user === "desk" ? "required" : undefined),
    isOwnUri: ({ host }: { readonly host: string }) => host === "192.0.2.1",
  } as unknown as CallSettings;
  return findPhone({ destination, to: change.to ?? number, from: "+12065550100", headers: [] }, { ports, settings });
}

describe("the way to a phone", () => {
  const byNumber = { type: "number" } as const;
  const byUri = (uri: string): Destination => ({ type: "uri", uri });
  const two = [at("192.0.2.8"), at("192.0.2.9")];

  it("of a number is all contacts at once, those of another family of addresses after them", async () => {
    assert.equal(await called(byNumber, two), "192.0.2.8+192.0.2.9");
    assert.equal(await called(byNumber, [...two, at("2001:db8::9")]), "192.0.2.8+192.0.2.9, 2001:db8::9");
  });

  it("leaves out a contact that has no address", async () => {
    assert.equal(await called(byNumber, [at("edge.example"), at("192.0.2.9")]), "192.0.2.9");
    assert.equal(await called(byNumber, [at("edge.example")]), "");
  });

  it("of a number without a phone is none, and of a phone that is not there empty", async () => {
    assert.equal(await called(byNumber, []), "none");
    assert.equal(await called(byNumber, [], { to: "desk" }), "");
  });

  it("of a SIP URI is that of its user where the host means this server, or of the device that it calls", async () => {
    assert.equal(await called(byUri("sip:desk@192.0.2.1"), two), "192.0.2.8+192.0.2.9");
    assert.equal(await called(byUri("sip:desk@192.0.2.1;gr=1"), two, { device: [at("192.0.2.7")] }), "192.0.2.7");
    assert.equal(await called(byUri("sip:desk@192.0.2.2"), two), "none");
    assert.equal(await called(byUri("sip:nobody@192.0.2.1"), two), "none");
  });

  it("has audio that is encrypted as the phone says, and is heard from anywhere at first only where it registered through a proxy", async () => {
    const wishes = async (to: string, contact: RegisteredContact) =>
      (await hopsOf(byNumber, [contact], { to }))?.map(({ srtp, sourceRule }) => [srtp, sourceRule]);
    assert.deepEqual(await wishes("desk", at("192.0.2.8")), [["required", undefined]]);
    assert.deepEqual(await wishes(number, { ...at("192.0.2.8"), routes: ["<sip:edge;lr>"] }), [[undefined, "proxied"]]);
  });

  it("of a user of a Voice Connector is none", async () => {
    assert.equal(await called({ type: "connector", arn: "arn" }, two), "none");
  });
});
