import assert from "node:assert/strict";
import { test } from "node:test";
import type { OwnAddress, SipAddress } from "../sip/index.ts";
import { chooseMediaAddress, type MediaPeer } from "./media-address.ts";

const at = (host: string): SipAddress => ({ transport: "udp", host, port: 5060 });

/** What the user agent is asked: the peer's host, and what it shall be bound to. */
function asked(peer: MediaPeer, configured?: string): readonly [string, string | undefined] {
  let question: readonly [string, string | undefined] | undefined;
  const ownAddress = ({ host }: SipAddress, bound?: string): OwnAddress | undefined => {
    question = [host, bound];
    return undefined;
  };
  chooseMediaAddress({ ownAddress }, configured, peer);
  return question ?? assert.fail("nothing was asked");
}

test("audio goes over the address that the signalling came to, whatever a phone behind a NAT says of itself", () => {
  const peer = { signalling: at("203.0.113.9"), bound: "198.51.100.1", described: "192.168.0.5" };

  assert.deepEqual(asked(peer), ["203.0.113.9", "198.51.100.1"]);
  assert.deepEqual(asked({ ...peer, described: "0.0.0.0" }), ["203.0.113.9", "198.51.100.1"]);
  assert.deepEqual(asked({ ...peer, described: undefined }), ["203.0.113.9", "198.51.100.1"]);
});

test("media.address goes before the listener", () => {
  assert.deepEqual(asked({ signalling: at("203.0.113.9"), bound: "198.51.100.1" }, "0.0.0.0"), [
    "203.0.113.9",
    "0.0.0.0",
  ]);
});

test("audio of the other address family goes over an address of that family", () => {
  const peer = { signalling: at("203.0.113.9"), bound: "198.51.100.1", described: "2001:db8::9" };

  assert.deepEqual(asked(peer), ["2001:db8::9", undefined]);
  assert.deepEqual(asked(peer, "::"), ["2001:db8::9", "::"]);
});

test("behind a proxy on this machine it is the address towards the audio", () => {
  const peer = { signalling: at("127.0.0.1"), bound: "127.0.0.1", described: "203.0.113.9" };

  assert.deepEqual(asked(peer), ["203.0.113.9", undefined]);
  assert.deepEqual(asked({ ...peer, described: "127.0.0.1" }), ["127.0.0.1", "127.0.0.1"]);
});

test("what is advertised is asked each time, and stays where there is none, or the socket would have to be another", () => {
  const answers: (OwnAddress | undefined)[] = [
    { bound: "0.0.0.0", local: "198.51.100.1", advertised: "198.51.100.1" },
    { bound: "0.0.0.0", local: "198.51.100.2", advertised: "198.51.100.2" },
    undefined,
    { bound: "198.51.100.3", local: "198.51.100.3", advertised: "198.51.100.3" },
    { bound: "0.0.0.0", local: "198.51.100.2", advertised: "203.0.113.4" },
  ];
  const chosen = chooseMediaAddress({ ownAddress: () => answers.shift() }, undefined, {
    signalling: at("203.0.113.9"),
  });

  assert.equal(chosen?.bound, "0.0.0.0");
  const told = [1, 2, 3, 4].map(() => chosen?.advertised());
  assert.deepEqual(told, ["198.51.100.2", "198.51.100.2", "198.51.100.2", "203.0.113.4"]);
});
