import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../src/kernel/index.ts";
import { createCertificate } from "../../src/media/dtls/certificate.ts";
import { createDtlsServer } from "../../src/media/dtls/dtls-server.ts";
import type { DtlsFailure } from "../../src/media/dtls/refusal.ts";
import type { AgreedKeys } from "../../src/media/dtls/server-handshake.ts";

/* OpenSSL is a client of DTLS that is not ours: it exports the keys of SRTP by itself. */

const folder = await mkdtemp(join(tmpdir(), "dtls-"));
after(() => rm(folder, { recursive: true, force: true }));

const server = createCertificate(Date.now());
const client = createCertificate(Date.now());
const base64 = Buffer.from(client.der).toString("base64").replace(/.{64}/g, "$&\n");
await writeFile(join(folder, "client.pem"), `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
await writeFile(join(folder, "client.key"), client.privateKey.export({ format: "pem", type: "pkcs8" }));

const withCertificate = ["-cert", "client.pem", "-key", "client.key"];
const withSrtp = ["-use_srtp", "SRTP_AES128_CM_SHA1_80"];

interface Meeting {
  readonly keys: AgreedKeys | undefined;
  readonly failure: DtlsFailure | undefined;
  readonly isClosed: boolean;
  /** What OpenSSL printed. */
  readonly output: string;
}

/** Lets OpenSSL begin a handshake with a server of ours, and say goodbye after it. */
async function meet(words: readonly string[], expectedFingerprint = client.fingerprint): Promise<Meeting> {
  const socket = createSocket("udp4");
  let peer: RemoteInfo | undefined;
  let keys: AgreedKeys | undefined;
  let failure: DtlsFailure | undefined;
  let isClosed = false;
  let output = "";
  const dtls = createDtlsServer(
    { certificate: server, clock: systemClock, expectedFingerprint },
    {
      send: (datagram) => peer !== undefined && socket.send(datagram, peer.port, peer.address),
      onKeys: (agreed) => void (keys = agreed),
      onFailed: (why) => void (failure = why),
      onClosed: () => void (isClosed = true),
      onDropped: () => undefined,
    },
  );
  socket.on("message", (datagram, from) => {
    peer = from;
    dtls.receive(datagram, `${from.address}:${from.port}`);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const exporter = ["-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "60"];
  const address = ["-dtls1_2", "-connect", `127.0.0.1:${socket.address().port}`];
  const program = spawn("openssl", ["s_client", ...address, ...exporter, ...words], { cwd: folder });
  const take = (piece: Buffer) => {
    output += piece.toString("latin1");
    // It prints this last, and then waits for words.
    if (output.includes("Extended master secret:")) program.stdin.end("Q\n");
  };
  program.stdout.on("data", take);
  program.stderr.on("data", take);
  await once(program, "close");
  dtls.close();
  socket.close();
  return { keys, failure, isClosed, output };
}

/** The keys in the order in which RFC 5764 §4.2 exports them. */
function asExported({ keys }: Meeting): string {
  const parts = [keys?.client.masterKey, keys?.server.masterKey, keys?.client.masterSalt, keys?.server.masterSalt];
  return Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)))
    .toString("hex")
    .toUpperCase();
}

for (const [title, words] of [
  ["as it is", []],
  ["that has P-256 for a certificate only if it must", ["-groups", "X25519:P-384:P-256"]],
  ["that cuts its messages into datagrams of 256 bytes", ["-mtu", "256"]],
] as const) {
  test(`OpenSSL ${title} agrees with us on the keys of SRTP, and says goodbye`, async () => {
    const meeting = await meet([...withCertificate, ...withSrtp, ...words]);
    const [, exported] = /Keying material: ([0-9A-F]+)/.exec(meeting.output) ?? [];
    assert.equal(exported, asExported(meeting), meeting.output);
    assert.match(meeting.output, /Cipher is ECDHE-ECDSA-AES128-GCM-SHA256/);
    assert.match(meeting.output, /profile=SRTP_AES128_CM_SHA1_80/);
    assert.match(meeting.output, /Extended master secret: yes/);
    assert.match(meeting.output, /Secure Renegotiation IS supported/);
    assert.deepEqual([meeting.failure, meeting.isClosed], [undefined, true]);
  });
}

test("OpenSSL that has the short tag of SRTP only gets that one", async () => {
  const { keys, output } = await meet([...withCertificate, "-use_srtp", "SRTP_AES128_CM_SHA1_32"]);
  assert.equal(keys?.client.profile, "AES_CM_128_HMAC_SHA1_32");
  assert.match(output, /profile=SRTP_AES128_CM_SHA1_32/);
});

for (const [title, words, fingerprint, cause, alert] of [
  ["without a certificate", withSrtp, client.fingerprint, "wrong-certificate", "handshake failure"],
  [
    "with another certificate",
    [...withCertificate, ...withSrtp],
    server.fingerprint,
    "wrong-certificate",
    "bad certificate",
  ],
  ["without SRTP", withCertificate, client.fingerprint, "nothing-in-common", "handshake failure"],
  [
    "without our suite",
    [...withCertificate, ...withSrtp, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
    client.fingerprint,
    "nothing-in-common",
    "handshake failure",
  ],
] as const) {
  test(`OpenSSL ${title} is refused with an alert that it understands`, async () => {
    const meeting = await meet(words, fingerprint);
    assert.equal(meeting.failure?.cause, cause);
    assert.equal(meeting.keys, undefined);
    assert.match(meeting.output, new RegExp(`alert ${alert}`));
  });
}
