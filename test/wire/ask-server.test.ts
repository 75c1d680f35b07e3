import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { findServer } from "../../src/cli/operate/ask-server.ts";
import { createTlsCertificate } from "../../src/testing/internal/tls-certificate.ts";

test("a server whose authority is not known here is not said to be away, but what makes it known", async () => {
  const { certificate, key } = createTlsCertificate("IP:127.0.0.1");
  const server = createServer({ cert: certificate, key }, (_, response) => response.end("{}"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const asked = await findServer({ url: `https://127.0.0.1:${port}` }, {});
    await assert.rejects(asked.ask("GET", "/calls"), {
      code: "CLI_REFUSED",
      message: /is not trusted here: .*NODE_EXTRA_CA_CERTS/,
    });
  } finally {
    server.close();
  }
});

test("what is missing for a server to be asked is said before it is asked", async () => {
  for (const [url, environment, says] of [
    ["192.0.2.10:8443", {}, /--url is "192\.0\.2\.10:8443": right would be a URL/],
    ["https://192.0.2.10:8443", { OFFHOOK_ACCESS_KEY_ID: "A" }, /missing\. Right would be OFFHOOK_ACCESS_KEY_ID and/],
  ] as const)
    await assert.rejects(findServer({ url }, environment), { code: "CLI_REFUSED", message: says });
});
