import assert from "node:assert/strict";
import { spawnSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { aRequest } from "../../src/testing/internal/sip-testbed.ts";
import { createTlsCertificate, type TestCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { startBaresip } from "./baresip.ts";
import { ownNumber, peerNumber, signallingTest, type CallKit, type KitOptions } from "./kit.ts";

/* SIP over TLS on real sockets: our phone, OpenSSL and baresip with the running server. */

const folder = mkdtempSync(join(tmpdir(), "offhook-tls-"));
after(() => rmSync(folder, { recursive: true }));
const files = {
  certificate: join(folder, "own.pem"),
  key: join(folder, "own.key"),
  authorities: join(folder, "ca.pem"),
};
const own = createTlsCertificate("IP:127.0.0.1", "DNS:pbx.test");
const phoneOwn = createTlsCertificate("IP:127.0.0.1");
writeFileSync(files.authorities, phoneOwn.certificate);

function install({ certificate, key }: TestCertificate): void {
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key);
}
install(own);

const hangUp = { Type: "Hangup", Parameters: { SipResponseCode: "0" } };
const speak = { Type: "Speak", Parameters: { Text: "Hi." } };
const secured: KitOptions = {
  functions: [{ NEW_INBOUND_CALL: [speak, hangUp], CALL_ANSWERED: [speak, hangUp] }],
  config: { sip: { listen: ["udp://127.0.0.1:0", "tls://127.0.0.1:0"], tls: files } },
};
const listenOnTls = { transport: "tls", host: "127.0.0.1", port: 0 } as const;

signallingTest(
  "a phone calls over TLS as sips:, and is called over TLS, with audio both times",
  secured,
  async (kit) => {
    const opened = await kit.openPhone({
      listen: listenOnTls,
      certificates: () => ({ own: phoneOwn, authorities: own.certificate }),
    });
    try {
      const { host, port } = kit.address("tls");
      const call = opened.phone.dial(`sips:${ownNumber}@${host}:${port}`);
      const dialled = await call.ended;
      assert.deepEqual([dialled.end.type, dialled.answered, dialled.heard.samples.length > 0], ["bye", true, true]);
      await kit.untilEnded();
      kit.routeTo(opened.phone.address);
      await kit.call();
      await kit.untilEnded(2);
    } finally {
      await opened.close();
    }

    const types = ["NEW_INBOUND_CALL", "HANGUP", "NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "HANGUP"];
    assert.deepEqual(kit.eventTypes(), types);
    assert.ok(kit.trace.every(({ peer }) => peer.transport === "tls"));
  },
);

signallingTest(
  "a trunk whose certificate is of nobody that is trusted is not called; the call fails, and it is counted",
  secured,
  async (kit) => {
    const opened = await kit.openPhone({ listen: listenOnTls, certificates: () => ({ own, authorities: undefined }) });
    try {
      kit.routeTo(opened.phone.address);
      await kit.call();
      await kit.untilEnded();
    } finally {
      await opened.close();
    }

    assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "HANGUP"]);
    assert.equal(kit.server.ledger().refusals["certificate-not-trusted"], 1);
  },
);

/** What OpenSSL prints that connects, sends `text` and reads until `enough` comes. */
async function connectOpenssl(kit: CallKit, words: readonly string[], text = "", enough = /$/): Promise<string> {
  const { host, port } = kit.address("tls");
  const child = spawn("openssl", ["s_client", "-connect", `${host}:${port}`, "-no_ign_eof", "-nocommands", ...words], {
    cwd: folder,
  });
  const state = { output: "" };
  const take = (bytes: Buffer) => {
    state.output += bytes.toString();
    if (text !== "" && enough.test(state.output)) child.kill();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  child.stdin.on("error", () => undefined);
  if (text === "") child.stdin.end();
  else child.stdin.write(text);
  await once(child, "close");
  return state.output;
}

const options = aRequest({
  ...{ method: "OPTIONS", requestUri: `sips:${ownNumber}@127.0.0.1`, via: "SIP/2.0/TLS 127.0.0.1;branch=z9hG4bKo" },
});

signallingTest(
  "OpenSSL verifies the server, asks OPTIONS over TLS 1.2 and 1.3, is refused with 1.1, and sees a new certificate without a restart",
  secured,
  async (kit) => {
    const verifying = ["-CAfile", files.certificate, "-verify_ip", "127.0.0.1", "-verify_return_error"];
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const output = await connectOpenssl(
        kit,
        [version, "-quiet", ...verifying],
        options,
        /SIP\/2\.0 200 OK\r\n[^]*\r\n\r\n/,
      );
      assert.match(output, /SIP\/2\.0 200 OK\r\nVia: SIP\/2\.0\/TLS /, version);
    }
    const old = await connectOpenssl(kit, ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
    assert.match(old, /alert protocol version/);
    assert.equal(kit.server.ledger().refusals["handshake-failed"], 1);

    install(createTlsCertificate("IP:127.0.0.1", "DNS:renewed.test"));
    kit.clock.run(20);
    let shown = "";
    for (let attempt = 0; attempt < 200 && !shown.includes("DNS:renewed.test"); attempt += 1) {
      const input = await connectOpenssl(kit, []);
      shown = spawnSync("openssl", ["x509", "-noout", "-ext", "subjectAltName"], { input }).stdout.toString();
    }
    kit.clock.run(1);
    install(own);
    assert.match(shown, /DNS:renewed\.test/);
  },
);

const second = createTlsCertificate("DNS:second.test");
const clientFiles = ["-cert", join(folder, "client.pem"), "-key", join(folder, "client.key")];
writeFileSync(join(folder, "client.pem"), phoneOwn.certificate);
writeFileSync(join(folder, "client.key"), phoneOwn.key);
writeFileSync(join(folder, "second.pem"), second.certificate);
writeFileSync(join(folder, "second.key"), second.key);
const mutual: KitOptions = {
  functions: [{}],
  config: {
    sip: {
      listen: ["udp://127.0.0.1:0", "tls://127.0.0.1:0"],
      tls: {
        ...{ ...files, clients: "required" },
        further: [{ certificate: join(folder, "second.pem"), key: join(folder, "second.key") }],
      },
    },
  },
};

signallingTest(
  "OpenSSL shows its certificate and is answered, is closed without one, and gets the certificate of the name that it asks for",
  mutual,
  async (kit) => {
    const words = ["-quiet", "-servername", "second.test", "-CAfile", "second.pem", "-verify_return_error"];
    const enough = /SIP\/2\.0 200 OK\r\n[^]*\r\n\r\n/;
    const output = await connectOpenssl(kit, [...words, ...clientFiles], options, enough);
    assert.match(output, enough);
    await connectOpenssl(kit, words, options, enough);
    assert.deepEqual(kit.server.ledger().refusals, { "no-client-certificate": 1 });
  },
);

signallingTest("baresip calls over TLS and is hung up on", secured, async (kit) => {
  const baresip = await startBaresip(kit);
  baresip.dial(ownNumber, "tls");
  await kit.untilEnded();

  assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
  assert.equal(kit.events()[0]?.CallDetails.Participants[0]?.["From"], peerNumber);
  assert.ok(kit.trace.every(({ peer }) => peer.transport === "tls"));
});
