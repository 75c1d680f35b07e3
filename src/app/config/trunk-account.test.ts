import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { errorMessage } from "../../kernel/index.ts";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-trunk-account-"));
after(() => rmSync(folder, { recursive: true }));

function load(trunk: object, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify({ trunk: { address: "sip:192.0.2.7", ...trunk } }));
  return loadConfig({ mode: "production", environment, folder }).trunks[0]?.account;
}

function whyNot(...of: Parameters<typeof load>): string {
  try {
    load(...of);
  } catch (error) {
    return errorMessage(error);
  }
  return assert.fail("the configuration was accepted");
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe("the account at the trunk", () => {
  it("is none, or has its password from the configuration, a variable or a file", () => {
    const username = "1001";
    const account = { username, password: "hunter2" };

    assert.equal(load({}), undefined);
    assert.deepEqual(load(account), account);
    assert.deepEqual(load({ username }, { OFFHOOK_TRUNK_PASSWORD: "hunter2" }), account);
    assert.deepEqual(load({}, { OFFHOOK_TRUNK_USERNAME: username, OFFHOOK_TRUNK_PASSWORD: "hunter2" }), account);
    for (const text of ["hunter2", "hunter2\n", "hunter2\r\n"])
      assert.deepEqual(load({ username, passwordFile: file("secret", text) }), account);
    assert.deepEqual(load({ username, passwordFile: file("secret", ' ü:"\n') })?.password, ' ü:"');
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ username: "1001" }, /trunk\.username: there is no password.*OFFHOOK_TRUNK_PASSWORD or trunk\.passwordFile/],
    [{ password: "hunter2" }, /trunk: there is a password and no user name/],
    [{ username: 1001, password: "hunter2" }, /trunk\.username: found the number 1001.*in quotes, "1001"/],
    [{ username: "1001", password: 4711 }, /trunk\.password: found something else.*a number in quotes/],
    [{ username: "1001", password: "hunter2\nX: y" }, /trunk\.password: found something else.*control characters/],
    [{ username: "a\r\nb", password: "hunter2" }, /trunk\.username: .*control characters/],
    [
      { username: "1001", password: "hunter2", passwordFile: "secret" },
      /trunk\.passwordFile: there is trunk\.password too/,
    ],
    [{ username: "1001", passwordFile: "none" }, /trunk\.passwordFile: .*none cannot be read: there is no such file/],
    [{ username: "1001", passwordFile: "." }, /trunk\.passwordFile: .* it is a folder/],
    [
      { username: "1001", passwordFile: file("lines", "hunter2\nhunter2") },
      /lines holds no password; it must be one line/,
    ],
    [{ username: "1001", passwordFile: file("empty", "") }, /empty holds no password/],
    [{ username: "1001", passwordFile: file("long", "hunter2".repeat(400)) }, /long is too long/],
  ];
  for (const [trunk, message] of wrong)
    it(`is refused with the reason, and without the password: ${message.source}`, () => {
      const why = whyNot(trunk);
      assert.match(why, message);
      assert.doesNotMatch(why, /hunter2|4711/);
    });
});
