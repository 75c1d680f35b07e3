import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stepBindings, type Bindings, type BindingsInput } from "./bindings-machine.ts";
import type { Registration, WantedContact } from "./registration.ts";

const limits = { shortestS: 60, longestS: 3_600 };
const here = { isTrusted: false, ownHost: "192.0.2.1", listener: { host: "192.0.2.1", port: 5_060 } };
const source = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;

function wanted(user: string, change: Partial<WantedContact> = {}): WantedContact {
  const uri = `sip:${user}@192.0.2.9`;
  return { uri, expiresS: 600, q: undefined, instance: undefined, regId: undefined, wantsGruu: false, ...change };
}

function registering(
  contacts: Registration["contacts"],
  { callId = "c1", seq = 1, flowId = 1, staysOnFlow = false, path = [] as readonly string[] } = {},
): BindingsInput {
  const registration = { callId, seq, contacts, path };
  return { type: "register", registration, arrived: { source, flowId, staysOnFlow, ...here }, limits };
}

/** What is left after these inputs, each a second after the one before, and how each went. */
function run(...inputs: readonly BindingsInput[]): { readonly left: string; readonly went: string } {
  let bindings: Bindings = [];
  const went = inputs.map((input, index) => {
    const [next, outcome] = stepBindings(bindings, input, index * 1_000);
    bindings = next;
    if (outcome.type === "refused") return outcome.refusal.cause;
    return `+${outcome.added.length} -${outcome.removed.length}`;
  });
  const left = bindings.map(({ uri, expiresAtMs }) => `${/sip:([^@]+)/.exec(uri)?.[1]} ${expiresAtMs / 1_000}`);
  return { left: left.join(", "), went: went.join(", ") };
}

const device = { instance: "<urn:uuid:1>", regId: 1 };
const cases: readonly (readonly [what: string, inputs: readonly BindingsInput[], left: string, went: string])[] = [
  ["a contact lasts for its time", [registering([wanted("a")])], "a 600", "+1 -0"],
  [
    "one that wants longer lasts as long as may be",
    [registering([wanted("a", { expiresS: 2 ** 32 - 1 })])],
    "a 3600",
    "+1 -0",
  ],
  [
    "one that wants less than may be is refused, with all of its REGISTER",
    [registering([wanted("a"), wanted("b", { expiresS: 59 })])],
    "",
    "interval-too-brief",
  ],
  ["several have their own times", [registering([wanted("a"), wanted("b", { expiresS: 60 })])], "a 600, b 60", "+2 -0"],
  [
    "a question changes nothing",
    [registering([wanted("a")]), registering("none", { seq: 2 })],
    "a 600",
    "+1 -0, +0 -0",
  ],
  [
    "the same contact is kept for longer",
    [registering([wanted("a")]), registering([wanted("a")], { seq: 2 })],
    "a 601",
    "+1 -0, +0 -0",
  ],
  [
    "the same contact, written in another way, is one",
    [registering([wanted("a")]), registering([wanted("a", { uri: "sip:a@192.0.2.9;line=7" })], { seq: 2 })],
    "a 601",
    "+1 -0, +0 -0",
  ],
  [
    "a contact of another device stands beside it",
    [registering([wanted("a")]), registering([wanted("b")], { callId: "c2" })],
    "a 600, b 601",
    "+1 -0, +1 -0",
  ],
  [
    "expires=0 removes one",
    [registering([wanted("a"), wanted("b")]), registering([wanted("a", { expiresS: 0 })], { seq: 2 })],
    "b 600",
    "+2 -0, +0 -1",
  ],
  ["expires=0 for none that is there does nothing", [registering([wanted("a", { expiresS: 0 })])], "", "+0 -0"],
  [
    "a star removes all",
    [registering([wanted("a"), wanted("b")]), registering("remove-all", { seq: 2 })],
    "",
    "+2 -0, +0 -2",
  ],
  [
    "a star of another run removes all too",
    [registering([wanted("a")], { seq: 9 }), registering("remove-all", { callId: "c2" })],
    "",
    "+1 -0, +0 -1",
  ],
  [
    "a star that is older than a contact is refused",
    [registering([wanted("a")], { seq: 2 }), registering("remove-all", { seq: 1 })],
    "a 600",
    "+1 -0, out-of-order",
  ],
  [
    "an older REGISTER of the same run is refused",
    [registering([wanted("a")], { seq: 2 }), registering([wanted("a", { expiresS: 0 })], { seq: 1 })],
    "a 600",
    "+1 -0, out-of-order",
  ],
  [
    "one with the same number is refused",
    [registering([wanted("a")]), registering([wanted("a")])],
    "a 600",
    "+1 -0, out-of-order",
  ],
  [
    "one of several that is out of order refuses all",
    [registering([wanted("a")], { seq: 2 }), registering([wanted("b"), wanted("a")], { seq: 2 })],
    "a 600",
    "+1 -0, out-of-order",
  ],
  [
    "another run counts anew",
    [registering([wanted("a")], { seq: 9 }), registering([wanted("a")], { callId: "c2" })],
    "a 601",
    "+1 -0, +0 -0",
  ],
  [
    "the same contact twice in a REGISTER is one, the last",
    [registering([wanted("a"), wanted("a", { expiresS: 700 })])],
    "a 700",
    "+1 -0",
  ],
  [
    "a device that comes from elsewhere takes its place (RFC 5626)",
    [registering([wanted("a", device)]), registering([wanted("z", device)], { callId: "c2" })],
    "z 601",
    "+1 -0, +0 -0",
  ],
  [
    "a second flow of a device stands beside the first",
    [registering([wanted("a", device)]), registering([wanted("a", { ...device, regId: 2 })], { seq: 2 })],
    "a 600, a 601",
    "+1 -0, +1 -0",
  ],
  [
    "time takes those whose time is over",
    [
      registering([wanted("a", { expiresS: 60 })]),
      ...Array.from({ length: 60 }, (): BindingsInput => ({ type: "time" })),
    ],
    "",
    ["+1 -0", ...Array.from({ length: 59 }, () => "+0 -0"), "+0 -1"].join(", "),
  ],
  [
    "an eleventh contact takes the place of the oldest",
    Array.from({ length: 11 }, (_, index) => registering([wanted(`p${index}`)], { callId: `c${index}` })),
    Array.from({ length: 10 }, (_, index) => `p${index + 1} ${601 + index}`).join(", "),
    [...Array.from({ length: 10 }, () => "+1 -0"), "+1 -1"].join(", "),
  ],
  [
    "a broken connection takes phones that are reached by nothing else",
    [
      registering([wanted("a")], { staysOnFlow: true, flowId: 7 }),
      registering([wanted("b")], { flowId: 7, callId: "c2" }),
      { type: "flow-lost", flowId: 7 },
    ],
    "b 601",
    "+1 -0, +1 -0, +0 -1",
  ],
  [
    "a broken connection takes flows of outbound",
    [registering([wanted("a", device)], { flowId: 7 }), { type: "flow-lost", flowId: 7 }],
    "",
    "+1 -0, +0 -1",
  ],
  [
    "a phone behind a proxy stays when the connection to that breaks",
    [registering([wanted("a", device)], { flowId: 7, path: ["<sip:edge;lr;ob>"] }), { type: "flow-lost", flowId: 7 }],
    "a 600",
    "+1 -0, +0 -0",
  ],
];

describe("RFC 3261 §10.3: the bindings of an account", () => {
  for (const [what, inputs, left, went] of cases) it(what, () => assert.deepEqual(run(...inputs), { left, went }));

  it("are plain data", () => {
    const [bindings] = stepBindings([], registering([wanted("a", device)]), 0);
    assert.deepEqual(
      JSON.parse(JSON.stringify(bindings)),
      bindings.map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))),
    );
  });
});
