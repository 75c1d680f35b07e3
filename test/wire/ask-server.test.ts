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
