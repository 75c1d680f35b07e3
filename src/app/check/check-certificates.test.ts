import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { systemClock } from "../../kernel/index.ts";
import { createTlsCertificate } from "../../testing/internal/tls-certificate.ts";
import { loadConfig } from "../config/config.ts";
import { checkCertificates } from "./check-certificates.ts";

it("finds a certificate that other servers on the database would not take, and takes one whose authority they have", (test) => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-certificates-"));
  const before = process.env["NODE_EXTRA_CA_CERTS"];
  test.after(() => {
    if (before === undefined) delete process.env["NODE_EXTRA_CA_CERTS"];
    else process.env["NODE_EXTRA_CA_CERTS"] = before;
    rmSync(folder, { recursive: true });
  });
  const { certificate, key } = createTlsCertificate("DNS:node-1.example.com", "IP:192.0.2.11");
  writeFileSync(join(folder, "api.pem"), certificate);
  writeFileSync(join(folder, "api.key"), key);
  const found = (url: string) =>
    checkCertificates(
      loadConfig({
        written: {
          api: {
            ...{ listen: "https://127.0.0.1:8443", keys: [{ id: "A", secret: "b" }] },
            tls: { certificate: "api.pem", key: "api.key" },
          },
          ...{ store: { url: "postgresql://offhook@127.0.0.1/offhook" }, cluster: { url } },
        },
        ...{ mode: "production", environment: {}, folder },
      }),
      systemClock,
    ).flatMap(({ severity, where, what }) => (where === "cluster.url" ? [`${severity} ${what}`] : []));

  delete process.env["NODE_EXTRA_CA_CERTS"];
  assert.match(found("https://node-1.example.com:8443").join("\n"), /^warning other servers do not know the authority/);
  process.env["NODE_EXTRA_CA_CERTS"] = join(folder, "api.pem");
  assert.deepEqual(found("https://node-1.example.com:8443"), []);
  assert.deepEqual(found("https://192.0.2.11:8443"), []);
  assert.match(found("https://node-2.example.com:8443").join("\n"), /^warning .* is not for node-2\.example\.com/);
  assert.deepEqual(found("http://node-1.example.com:8080"), [], "nothing is shown to others by http");
});
