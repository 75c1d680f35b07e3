import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";
import { withPhone } from "../wire/call-phone.ts";
import { callIn, hangUp, playAudio, storedTone } from "../wire/call-scene.ts";
import { processTest } from "./kit.ts";

const assets = join(packageRoot(), "assets", "monitoring");

function promtool(words: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync("promtool", words, { input, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

/** Names of metrics in a query. */
function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\b(?:offhook|process|nodejs)_[a-z0-9_]+/g) ?? []);
}

it("promtool takes the alert rules", () => {
  const { status, said } = promtool(["check", "rules", join(assets, "alerts.yaml")]);
  assert.equal(status, 0, said);
  assert.match(said, /SUCCESS: \d+ rules found/);
});

processTest(
  "promtool finds nothing in the metrics of a server with a call, which have what dashboard and alerts ask for, and agree with the call",
  {
    functions: [{ NEW_INBOUND_CALL: [playAudio("a.wav"), hangUp()] }],
    prompts: { "a.wav": storedTone(440, 300) },
    config: { trunks: { carrier: { address: "sip:127.0.0.1:9", numbers: [] } } },
  },
  async (kit) => {
    const scrape = () => kit.world.during(fetch(`${kit.server.apiUrl}/metrics`).then((response) => response.text()));
    await withPhone(kit, async ({ phone }) => void (await callIn(kit, phone)));
    await kit.until("how its audio was is told", () => kit.facts.some(({ type }) => type === "audio-ended"));
    const text = await scrape();

    const { status, said } = promtool(["check", "metrics"], text);
    assert.deepEqual([status, said], [0, ""]);

    const value = (series: string) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.split(" ")
          .at(-1),
      );
    assert.equal(value('offhook_calls_started_total{direction="inbound"}'), 1);
    assert.equal(value('offhook_calls_ended_total{direction="inbound",cause="hung-up"}'), 1);
    assert.equal(value('offhook_call_setup_seconds_count{direction="inbound"}'), 1);
    assert.equal(value('offhook_invocations_total{function="app-0",result="answered"}'), 2);
    assert.equal(value('offhook_invocation_duration_seconds_count{function="app-0"}'), 2);
    assert.equal(value('offhook_actions_total{action="PlayAudio",result="succeeded"}'), 1);
    assert.equal(value('offhook_sip_requests_total{direction="received",method="INVITE"}'), 1);
    assert.equal(value('offhook_sip_responses_total{direction="sent",method="INVITE",status="200"}'), 1);
    assert.equal(value("offhook_rtp_jitter_seconds_count"), 1);
    assert.equal(value("offhook_calls"), 0);
    // The database took all of it.
    assert.equal(value("offhook_calls_not_awaited_total"), 0);
    assert.equal(value("offhook_calls_not_kept_total"), 0);
    assert.ok(value("offhook_rtp_packets_sent_total") >= 15);
    assert.ok(value("process_resident_memory_bytes") > 1e6);

    const there = namesIn(text);
    for (const file of ["alerts.yaml", "grafana-dashboard.json"]) {
      const absent = [...namesIn(readFileSync(join(assets, file), "utf8"))].filter((name) => !there.has(name));
      assert.deepEqual(absent, [], `${file} asks for what is not there`);
    }
  },
);
