import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-srtp-"));
after(() => rmSync(folder, { recursive: true }));

function srtpOf(text: string, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "offhook.yaml"), text);
  return loadConfig({ folder, mode: "production", environment }).sip.srtp;
}

test("audio is encrypted where it is offered so, never, or not without, as sip.srtp says", () => {
  assert.equal(srtpOf("{}"), "optional");
  for (const srtp of ["never", "optional", "required"]) assert.equal(srtpOf(`{ sip: { srtp: ${srtp} } }`), srtp);
  assert.equal(srtpOf("{}", { OFFHOOK_SIP_SRTP: "required" }), "required");
  assert.throws(() => srtpOf("{ sip: { srtp: yes } }"), { message: /sip\.srtp.*never, optional/ });
});
