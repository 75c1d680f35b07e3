import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadConfig, type Config } from "../config/config.ts";
import type { WrittenConfig } from "../settings/configuration.ts";
import { findChanges, readAtStart, takenWhileRunning } from "./config-changes.ts";

const load = (written: WrittenConfig): Config =>
  loadConfig({ written, mode: "production", environment: {}, folder: "/" });
const plain = load({ trunks: { carrier: { address: "sip:192.0.2.1" } } });

describe("changes of a configuration", () => {
  it("are told for each member that there is, once", () => {
    /** Notes which members are read. */
    const membersReadBy = (read: (config: Config) => unknown) => {
      const names = new Set<string>();
      const watched = new Proxy(plain, {
        get: (config, name) => {
          names.add(String(name));
          return Reflect.get(config, name) as unknown;
        },
      });
      read(watched);
      return [...names];
    };
    const all = [...Object.values(takenWhileRunning), ...Object.values(readAtStart)].flatMap(membersReadBy);
    // Of no effect by themselves.
    const others = ["file", "mode", "warnings"];
    assert.deepEqual(
      new Set([...all, ...others]),
      new Set(Object.keys(plain)),
      "a new member of the configuration is either taken while running, or read at the start",
    );
    assert.deepEqual(
      all.toSorted().filter((name, at, names) => name === names[at - 1]),
      ["trunks"],
      "of trunks the authorities are read at the start",
    );
  });

  it("name what a running server takes, and what waits for a restart", () => {
    const next = load({
      numbers: ["+12065550100"],
      limits: { maxCalls: 5 },
      trunks: { carrier: { address: "sip:192.0.2.2" } },
      log: { level: "debug" },
    });
    assert.deepEqual(findChanges(plain, next), {
      taken: ["numbers", "trunks"],
      needRestart: ["limits", "log"],
    });
    assert.deepEqual(findChanges(plain, plain), { taken: [], needRestart: [] });
    // By the first trunk strangers are treated otherwise, which the user agent learns at the start.
    assert.deepEqual(findChanges(load({}), plain), { taken: ["trunks"], needRestart: ["sip"] });
  });
});
