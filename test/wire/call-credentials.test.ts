import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { virtualCallTest, ownNumber, peerNumber, type CallKit, type KitOptions } from "../interop/kit.ts";
import { hangUp } from "./call-scene.ts";

const account = { username: "1001", password: "correct-horse-battery" };
const config = { trunk: account, histories: { write: true, redact: false } };

/** Sends calls to a trunk that refuses each INVITE with another nonce, as one does that does not know the password. */
async function withUnconvinced(kit: CallKit, body: () => Promise<void>): Promise<readonly string[]> {
  const invites: string[] = [];
  const socket = await kit.world.network.openDatagram("127.0.0.1", 0, (bytes, host, port) => {
    const text = bytes.toString();
    if (!text.startsWith("INVITE ")) return;
    invites.push(text);
    const copied = text.split("\r\n").filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
    const lines = [
      "SIP/2.0 401 Unauthorized",
      ...copied.map((line) => (/^to:/i.test(line) ? `${line};tag=trunk` : line)),
      `WWW-Authenticate: Digest realm="carrier", nonce="n${invites.length}", qop="auth", algorithm=SHA-256`,
      "Content-Length: 0",
    ];
    socket.send(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), host, port, () => undefined);
  });
  try {
    kit.routeTo({ transport: "udp", host: "127.0.0.1", port: socket.port });
    await body();
  } finally {
    socket.close();
  }
  return invites;
}

/** All that the server wrote to its data folder. */
async function written(folder: string): Promise<string> {
  const files = await readdir(join(folder, ".offhook"), { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), "latin1"));
  return (await Promise.all(texts)).join("\n");
}

virtualCallTest(
  "a trunk that refuses our password ends an outbound call as every refusal does: HANGUP 480; the password is in no event, fact or file (Contract: sip-and-media-credentials)",
  { functions: [{}], config },
  async (kit) => {
    const invites = await withUnconvinced(kit, async () => {
      await kit.call();
      await kit.untilEnded();
    });

    assert.deepEqual(
      invites.map((text) => [/^CSeq: .*$/m.exec(text)?.[0], /username="1001", realm="carrier", nonce="n1"/.test(text)]),
      [
        ["CSeq: 1 INVITE", false],
        ["CSeq: 2 INVITE", true],
      ],
    );
    assert.deepEqual(kit.eventTypes(), ["NEW_OUTBOUND_CALL", "HANGUP"]);
    assert.equal(kit.events().at(-1)?.ActionData?.Parameters["SipResponseCode"], 480);
    const files = await written(kit.folder);
    assert.match(files, /HANGUP/);
    assert.doesNotMatch([...invites, ...kit.lines, JSON.stringify(kit.facts), files].join("\n"), /correct-horse/);
  },
);

const bridging: KitOptions = {
  functions: [
    {
      NEW_INBOUND_CALL: [
        {
          Type: "CallAndBridge",
          Parameters: { CallerIdNumber: ownNumber, Endpoints: [{ BridgeEndpointType: "PSTN", Uri: peerNumber }] },
        },
      ],
      ACTION_FAILED: [hangUp("486")],
    },
  ],
  config,
};

virtualCallTest("a bridge to a trunk that refuses our password fails; the caller goes on", bridging, async (kit) => {
  const caller = await kit.openPhone();
  try {
    await withUnconvinced(kit, async () => {
      const { host, port } = kit.address("udp");
      await caller.phone.dial(`sip:${ownNumber}@${host}:${port}`, { from: "+15105550123" }).ended;
      await kit.untilEnded();
    });

    assert.deepEqual(kit.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(kit.events()[1]?.ActionData?.ErrorType, "CallNotAnswered");
  } finally {
    await caller.close();
  }
});
