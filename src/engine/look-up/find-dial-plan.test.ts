import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallEffect } from "../../call/index.ts";
import type { LegId } from "../../kernel/index.ts";
import { openTestDoor } from "../../testing/internal/meeting-door.ts";
import type { SipAddress, SipTarget } from "../../sip/index.ts";
import type { DialPlan } from "../../endpoint/index.ts";
import type { CallPorts, CallSettings } from "../ports.ts";
import { findDialPlan } from "./find-dial-plan.ts";

const here = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;
const trunk = { transport: "udp", host: "192.0.2.7", port: 5060 } as const;

/** The plan of a call to this number. */
async function findPlan(to: string, hasMeetings = false, targets: readonly SipTarget[] = [trunk]) {
  const own = { bound: here.host, local: here.host, advertised: here.host };
  const ports = {
    store: {
      rules: { findByTrigger: async (_type: string, key: string) => (key === "+12065550100" ? {} : undefined) },
    },
    userAgent: { contactsOf: () => [], locate, localAddressFor: () => here, ownAddress: () => own },
    meetings: hasMeetings ? openTestDoor() : undefined,
  } as unknown as CallPorts;
  const settings = {
    ownListener: here,
    isPhone: (user: string) => user === "+15105550109",
    mediaAddress: undefined,
    srtp: "optional",
    namesRules: true,
    findRoutes: () => ({ type: "routes", routes: targets.map((target) => ({ target })) }),
  } as unknown as CallSettings;
  const effect: Extract<CallEffect, { do: "dial-leg" }> = {
    ...{ do: "dial-leg", legId: "b" as LegId, destination: { type: "number" }, to, from: "+12065550100" },
    headers: { "X-chime-join-token": "token" },
  };
  return findDialPlan(effect, { ports, settings }, undefined);
}

/** The same where there is a way. */
async function planOf(...of: Parameters<typeof findPlan>): Promise<DialPlan> {
  const plan = await findPlan(...of);
  return "why" in plan ? assert.fail(plan.why) : plan;
}

/** Two names are known. */
async function locate({ host }: SipTarget): Promise<readonly SipAddress[]> {
  if (host === "nowhere.example.com") throw new Error("nowhere.example.com has no address");
  const hosts = host === "two.example.com" ? ["192.0.2.8", "192.0.2.9"] : [host];
  return hosts.map((one) => ({ ...trunk, host: one }));
}

const named = (host: string): SipTarget => ({ host, port: undefined, transport: undefined });

/** Where a call to this number goes: "here", "trunk". */
async function routeOf(to: string, hasMeetings: boolean): Promise<string> {
  const { hops } = await planOf(to, hasMeetings);
  assert.deepEqual(hops[0].headers, [{ name: "X-chime-join-token", value: "token" }]);
  return hops[0].nextHop.host === here.host ? "here" : "trunk";
}

describe("an outbound call", () => {
  it("goes here for a number that a rule takes, else to the trunk (Contract: sip-and-media-own-numbers)", async () => {
    assert.deepEqual([await routeOf("+12065550100", false), await routeOf("+15105550101", true)], ["here", "trunk"]);
  });

  it("to the number of meetings goes here, with its headers, where there are meetings (Contract: sip-and-media-meeting-number)", async () => {
    assert.deepEqual([await routeOf("+17035550122", true), await routeOf("+17035550122", false)], ["here", "trunk"]);
  });

  it("goes to each address of a name, which stands in its Request-URI; a name without address is left out", async () => {
    const { hops } = await planOf("+15105550101", false, [
      named("nowhere.example.com"),
      named("two.example.com"),
      trunk,
    ]);

    assert.deepEqual(
      hops.map(({ nextHop, to }) => `${nextHop.host} ${to}`),
      [
        "192.0.2.8 sip:+15105550101@two.example.com",
        "192.0.2.9 sip:+15105550101@two.example.com",
        "192.0.2.7 sip:+15105550101@192.0.2.7:5060",
      ],
    );
  });

  it("to a phone that is not registered has no way, and it is said why", async () => {
    assert.deepEqual(await findPlan("+15105550109"), { hops: [], why: "no phone of +15105550109 is registered" });
  });

  it("to names without address has no route, and it is said why", async () => {
    const plan = planOf("+15105550101", false, [named("nowhere.example.com")]);

    await assert.rejects(plan, { code: "CALL_NO_ROUTE", message: "nowhere.example.com has no address" });
  });
});

describe("a call by way of a trunk", () => {
  const planBy = async (route: object, maxForwards?: number, userAgent: object = {}): Promise<DialPlan> => {
    const own = { bound: here.host, local: here.host, advertised: here.host };
    const ports = {
      store: { rules: { findByTrigger: async () => undefined } },
      userAgent: { contactsOf: () => [], locate, localAddressFor: () => here, ownAddress: () => own, ...userAgent },
    } as unknown as CallPorts;
    const settings = {
      ...{ ownListener: here, isPhone: () => false, mediaAddress: undefined, srtp: "required" },
      findRoutes: () =>
        "why" in route ? { type: "none", ...route } : { type: "routes", routes: [{ target: trunk, ...route }] },
    } as unknown as CallSettings;
    const effect: Extract<CallEffect, { do: "dial-leg" }> = {
      ...{ do: "dial-leg", legId: "b" as LegId, to: "sales%20team", from: "+12065550100", headers: { "X-a": "1" } },
      destination: { type: "connector", arn: "arn:aws:chime:us-east-1:111122223333:vc/abc" },
    };
    const plan = await findDialPlan(effect, { ports, settings }, maxForwards);
    return "why" in plan ? assert.fail(plan.why) : plan;
  };

  it("presents the parties as the trunk says, the user of a Voice Connector without escapes", async () => {
    const present = ({ to, isUser }: { to: string; isUser: boolean }) => ({
      ...{ to: `sip:${to}@carrier.example.com`, from: "sip:me@carrier.example.com" },
      headers: { "P-Asserted-Identity": String(isUser) },
    });
    const [hop] = (await planBy({ present, trunk: "carrier" })).hops;

    assert.deepEqual([hop.to, hop.from], ["sip:sales team@carrier.example.com", "sip:me@carrier.example.com"]);
    assert.deepEqual(hop.headers, [
      { name: "X-a", value: "1" },
      { name: "P-Asserted-Identity", value: "true" },
    ]);
    assert.equal(hop.sourceRule, "described");
  });

  it("passes on as few times as the call and the trunk let it, and is encrypted as the trunk says, else as calls are", async () => {
    assert.equal((await planBy({ maxForwards: 20 }, 30)).hops[0].maxForwards, 20);
    assert.equal((await planBy({ maxForwards: 40 }, 30)).hops[0].maxForwards, 30);
    assert.equal((await planBy({}, 30)).hops[0].maxForwards, 30);
    assert.equal((await planBy({})).hops[0].srtp, "required");
    assert.equal((await planBy({ srtp: "never" })).hops[0].srtp, "never");
  });

  it("begins where the trunk takes one more call, and says why where it does not", async () => {
    const [taken] = (await planBy({ begin: () => ({ over: () => undefined }) })).hops;
    const [full] = (await planBy({ begin: () => undefined })).hops;

    assert.equal(typeof taken.begin?.(), "object");
    assert.equal(full.begin?.(), "it takes no call");
    assert.equal((await planBy({})).hops[0].begin, undefined);
  });

  it("has no route where there is none, or no audio address of its family, and it is said why", async () => {
    await assert.rejects(planBy({ why: "no trunk takes it" }), { code: "CALL_NO_ROUTE", message: "no trunk takes it" });
    await assert.rejects(planBy({}, undefined, { ownAddress: () => undefined }), {
      code: "CALL_NO_ROUTE",
      message: "no audio address here is of the address family of 192.0.2.7",
    });
  });
});
