import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Session } from "../../api/index.ts";
import { parseSipUri } from "../../sip-syntax/index.ts";
import { createOwnUriTest } from "./own-uri.ts";
import { createPagePhones } from "./page-phones.ts";
import { createPhoneAccounts } from "./phone-accounts.ts";

const phones = [
  { name: "1001", numbers: ["+12065550111", "+12065550100"], password: "a", srtp: "optional" },
  { name: "alice", numbers: ["+12065550111"], password: "b", srtp: "required" },
] as const;
const namesOf = (mode: "development" | "production", user: string) =>
  createPhoneAccounts({ phones, mode })
    .find(user)
    .map(({ name, needsPassword }) => `${name}${needsPassword ? "" : " (open)"}`);

describe("the accounts of phones", () => {
  for (const [user, found] of [
    ["1001", ["1001"]],
    ["alice", ["alice"]],
    ["Alice", []],
    ["+12065550100", ["1001"]],
    ["12065550100", ["1001"]],
    ["+1 (206) 555-0100", ["1001"]],
    ["+12065550111", ["1001", "alice"]],
    ["+12065550199", []],
    ["", []],
  ] as const)
    it(`of "${user}" are ${found.join(" and ") || "none"}`, () => assert.deepEqual(namesOf("production", user), found));

  it("in development are those of anybody else too, a number in one form, but never another way to a configured one", () => {
    assert.deepEqual(namesOf("development", "bob"), ["bob (open)"]);
    assert.deepEqual(namesOf("development", "12065550199"), ["+12065550199 (open)"]);
    assert.deepEqual(namesOf("development", "1001"), ["1001"]);
    assert.deepEqual([namesOf("development", ""), namesOf("development", "x".repeat(200))], [[], []]);
    assert.equal(createPhoneAccounts({ phones, mode: "development" }).isPhone("bob"), false);
  });
});

it("encrypt audio as that phone wants it, and of several that which wants it most", () => {
  const accounts = createPhoneAccounts({ phones, mode: "development" });

  assert.deepEqual(
    ["1001", "alice", "+12065550111", "bob"].map((user) => accounts.srtpOf(user)),
    ["optional", "required", "required", undefined],
  );
});

describe("a phone that is lent to pages", () => {
  const scene = (mode: "development" | "production" = "production") => {
    const accounts = createPhoneAccounts({ phones, mode });
    const pages = createPagePhones(accounts, ["+12065550197", "+12065550100"]) ?? assert.fail();
    return { accounts, pages };
  };
  const session = () => ({ isOver: () => false }) as Session;

  it("is one account to all pages of a session, is found by its name and by its numbers, and rings beside others", () => {
    const { accounts, pages } = scene();
    const [one, other] = [session(), session()];
    const phone = pages.lend(one);
    assert.deepEqual(pages.lend(one), phone);
    assert.notEqual(pages.lend(other).name, phone.name);
    assert.deepEqual(
      accounts.find(phone.name).map(({ name, needsPassword, numbers }) => [name, needsPassword, numbers]),
      [[phone.name, true, ["+12065550197", "+12065550100"]]],
    );
    assert.equal(accounts.find("+12065550197").length, 2);
    assert.equal(accounts.find("+12065550100").length, 3);
    assert.notEqual(pages.lend(undefined).name, phone.name);
  });

  it("is none any more when its session is over, nor a stranger of development", () => {
    for (const mode of ["production", "development"] as const) {
      const { accounts, pages } = scene(mode);
      const state = { isOver: false };
      const phone = pages.lend({ isOver: () => state.isOver } as Session);
      assert.equal(accounts.isPhone(phone.name), true);
      state.isOver = true;
      assert.deepEqual(accounts.find(phone.name), []);
      assert.equal(accounts.isPhone("+12065550197"), false);
    }
  });

  it("is none where pages have no number", () => {
    assert.equal(createPagePhones(createPhoneAccounts({ phones, mode: "production" }), []), undefined);
  });
});

describe("a SIP URI", () => {
  const at = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;
  const ownAddress = ({ host }: { readonly host: string }) => {
    const local = host === "192.0.2.1" ? host : "192.0.2.77";
    return { bound: "0.0.0.0", local, advertised: local };
  };
  const advertised = { host: "PBX.example.org", port: 5080, addresses: () => [] };
  const isOurs = (listen: string, uri: string) =>
    createOwnUriTest([at(listen)], [{ ...at(listen), advertised }], ownAddress)(parseSipUri(uri) ?? assert.fail(uri));

  for (const [listen, uri, ours] of [
    ["192.0.2.1", "sip:a@192.0.2.1", true],
    ["192.0.2.1", "sip:a@192.0.2.1:5060;transport=tcp", true],
    ["192.0.2.1", "sip:a@pbx.example.org:5080", true],
    ["192.0.2.1", "sip:a@pbx.example.org", false],
    ["192.0.2.1", "sip:a@192.0.2.1:5070", false],
    ["192.0.2.1", "sip:a@192.0.2.2", false],
    ["192.0.2.1", "sip:a@example.com", false],
    ["127.0.0.1", "sip:a@localhost", true],
    ["0.0.0.0", "sip:a@192.0.2.1", true],
    ["0.0.0.0", "sip:a@192.0.2.2", false],
  ] as const)
    it(`${uri} means ${ours ? "this server" : "another"} where that listens at ${listen}`, () =>
      assert.equal(isOurs(listen, uri), ours));
});
