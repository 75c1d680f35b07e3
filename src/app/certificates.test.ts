import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Logger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createTlsCertificate, type TestCertificate } from "../testing/internal/tls-certificate.ts";
import { silentLogger } from "../kernel/index.ts";
import { openCertificates } from "./certificates.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-certificates-"));
after(() => rmSync(folder, { recursive: true }));

const files = {
  certificate: join(folder, "own.pem"),
  key: join(folder, "own.key"),
  authorities: join(folder, "ca.pem"),
};

function write({ certificate, key }: TestCertificate, authorities = certificate): void {
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key);
  writeFileSync(files.authorities, authorities);
  writeFileSync(second.certificate, ofSecond.certificate);
  writeFileSync(second.key, ofSecond.key);
  writeFileSync(trunkFile, ofTrunk.certificate);
}

const second = { certificate: join(folder, "second.pem"), key: join(folder, "second.key") };
const trunkFile = join(folder, "trunk.pem");
const ofSecond = createTlsCertificate("DNS:second.test");
const ofTrunk = createTlsCertificate("DNS:trunk.test");
const withMore = { ...files, further: [second], clients: "ignored", ofTrunks: [trunkFile] } as const;
const authoritiesFile = ({ host }: { readonly host: string }) => (host === "192.0.2.9" ? trunkFile : undefined);

function open() {
  const clock = createManualClock();
  const told: string[] = [];
  const tell = (_facts: object, text: string) => void told.push(text);
  const log: Logger = { ...silentLogger, info: tell, warn: tell };
  return { clock, told, certificates: openCertificates(withMore, { clock, log, authoritiesFile }) };
}

test("files that change are read again within five seconds, and until then the same object is given", async () => {
  write(createTlsCertificate("DNS:a.test"));
  const { clock, told, certificates } = open();
  const before = certificates.current();
  clock.advance(20_000);
  assert.equal(certificates.current(), before);
  const next = createTlsCertificate("DNS:longer.test");
  write(next);
  clock.advance(5_000);

  const { authoritiesOf, ...current } = certificates.current();
  assert.deepEqual(current, {
    ...{ own: next, further: [ofSecond], authorities: next.certificate, clients: "ignored" },
  });
  assert.equal(authoritiesOf?.({ host: "192.0.2.9" }), ofTrunk.certificate);
  assert.equal(authoritiesOf?.({ host: "192.0.2.8" }), undefined);
  assert.deepEqual(told, ["certificates of SIP over TLS were read again"]);
  await certificates.close();
  assert.equal(clock.pendingTimers(), 0);
});

const other = createTlsCertificate("DNS:other.test");
for (const [what, spoil, why] of [
  [
    "a key of another certificate",
    () => writeFileSync(files.key, `${other.key}\n`),
    /sip\.tls\.key .* cannot be used: the key is that of another certificate/,
  ],
  [
    "a certificate that is none",
    () => writeFileSync(files.certificate, "nothing"),
    /sip\.tls\.certificate .* cannot be used/,
  ],
  ["a file that is gone", () => rmSync(files.key), /own\.key cannot be used: there is no such file/],
  [
    "a further certificate with the key of another one",
    () => writeFileSync(second.key, other.key),
    /sip\.tls\.further\[0\]\.certificate and sip\.tls\.further\[0\]\.key .* cannot be used/,
  ],
  [
    "authorities of a trunk without one",
    () => writeFileSync(trunkFile, "# none"),
    /authorities of a trunk .* no certificate in it/,
  ],
  [
    "authorities without one",
    () => writeFileSync(files.authorities, "# none"),
    /sip\.tls\.authorities .* no certificate in it/,
  ],
] as const) {
  test(`${what} leaves those that were read before in place, which is said once; mended files hold`, async () => {
    write(createTlsCertificate("DNS:a.test"));
    const { clock, told, certificates } = open();
    const before = certificates.current();
    spoil();
    clock.advance(20_000);

    assert.equal(certificates.current(), before);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", why);
    assert.match(told[0] ?? "", /; those that were read before are kept$/);
    const mended = createTlsCertificate("DNS:mended.test");
    write(mended);
    clock.advance(5_000);
    assert.deepEqual(certificates.current().own, mended);
    await certificates.close();
  });

  test(`${what} at the start is an error`, () => {
    write(createTlsCertificate("DNS:a.test"));
    spoil();

    assert.throws(open, { code: "APP_BAD_CERTIFICATES", message: why });
  });
}
