import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { errorMessage } from "../../kernel/index.ts";
import { loadConfig, type Config } from "./config.ts";

/** What the configuration says of browsers: pages for them, and where they find media. */

const folder = mkdtempSync(join(tmpdir(), "offhook-config-"));
after(() => rmSync(folder, { recursive: true }));

function load(text: string): Config {
  writeFileSync(join(folder, "offhook.yaml"), text);
  return loadConfig({ mode: "production", environment: {}, folder });
}

function problemOf(text: string): string {
  try {
    load(text);
  } catch (error) {
    return errorMessage(error);
  }
  return assert.fail("the configuration was accepted");
}

test("media for browsers has a port and an address of its own, which is what sip.advertise says when nothing else does", () => {
  assert.deepEqual([load("").media.browserPort, load("").media.browserAddress], [0, undefined]);
  const given = load("media: { webrtcPort: 3478, publicAddress: 203.0.113.9, workers: 2 }").media;
  assert.deepEqual([given.browserPort, given.browserAddress], [3478, "203.0.113.9"]);
  assert.equal(load("sip: { advertise: 203.0.113.7 }").media.browserAddress, "203.0.113.7");
  assert.match(
    problemOf("media: { webrtcPort: 65535, workers: 2 }"),
    /media\.webrtcPort: found 65535, but it and the ports of the other media workers, 2 in all, must not be above 65535/,
  );
  assert.match(problemOf("media: { publicAddress: here }"), /media\.publicAddress: found "here", but it must be an IP/);
});

test("a folder of pages is found from the folder of the file, and must be there", () => {
  assert.equal(load("api: { pages: . }").api.pagesFolder, folder);
  assert.match(problemOf("api: { pages: ./missing }"), /api\.pages: found "\.\/missing", but there is no folder/);
});
