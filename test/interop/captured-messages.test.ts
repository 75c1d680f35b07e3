import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { createConnection, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout as passMs } from "node:timers/promises";
import { readLadder } from "../../src/history/index.ts";
import { ladderRows } from "../../src/app/index.ts";
import { printPcap } from "../../src/cli/ladder/print-pcap.ts";
import { createDoorbell } from "../wire/call-scene.ts";
import { ownNumber, peerNumber, virtualCallTest, type CallKit } from "./kit.ts";
import { freePort } from "./ports.ts";
import { startProgram } from "./program.ts";

/* Messages of SIP as others see them: Kamailio as a capture server (HEP 3), and tshark on a file (pcap). */

const folder = mkdtempSync(join(tmpdir(), "offhook-capture-"));
const port = await freePort();
writeFileSync(
  join(folder, "capture.cfg"),
  `#!KAMAILIO
children=1
tcp_children=1
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "db_flatstore.so"
loadmodule "sipcapture.so"
modparam("db_flatstore", "flush", 1)
modparam("sipcapture", "db_url", "flatstore:${folder}")
modparam("sipcapture", "hep_capture_on", 1)
modparam("sipcapture", "capture_on", 1)
request_route { sip_capture(); exit; }
onreply_route { sip_capture(); }
`,
);
const kamailio = startProgram(
  "kamailio",
  ["-f", join(folder, "capture.cfg"), "-DD", "-E", "-m", "16", "-M", "4", "-Y", folder, "-w", folder],
  { folder, onChange: () => undefined },
);
after(async () => {
  await kamailio.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when it takes connections. */
async function untilItListens(): Promise<void> {
  for (let tries = 0; ; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: "127.0.0.1", port }, () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    if (tries > 600 || !kamailio.isRunning()) throw new Error(`Kamailio does not listen:\n${kamailio.output()}`);
    await passMs(50);
  }
}
await untilItListens();

/** What the capture server wrote down of a message: columns of its table. */
interface Captured {
  readonly at: number;
  readonly source: string;
  readonly destination: string;
  readonly correlationId: string;
  readonly callId: string;
  readonly agent: string;
  readonly text: string;
}

function readCaptured(): readonly Captured[] {
  const files = readdirSync(folder).filter((name) => name.startsWith("sip_capture"));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1));
  return lines.map((line) => {
    const cells = line.split("|");
    const cell = (index: number) => cells[index] ?? "";
    return {
      ...{ at: Number(cell(1)) / 1_000, source: `${cell(22)}:${cell(23)}`, destination: `${cell(24)}:${cell(25)}` },
      ...{ callId: cell(13), agent: cell(34), correlationId: cell(35), text: cell(40) },
    };
  });
}

const bridging = `
  const left = event.CallDetails.Participants.filter(({ Status }) => Status === "Connected");
  if (event.InvocationEventType === "HANGUP") return left.map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
  if (event.InvocationEventType !== "NEW_INBOUND_CALL") return [];
  return [{ Type: "CallAndBridge", Parameters: {
    CallerIdNumber: "${ownNumber}", Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "${peerNumber}" }],
  } }];`;

/** A call of two legs, of which the called party hangs up. */
async function bridgeOnce(kit: CallKit): Promise<string> {
  const doorbell = createDoorbell();
  const caller = await kit.openPhone({ user: "+15105550123" });
  const callee = await kit.openPhone({ onCall: doorbell.take });
  kit.routeTo(callee.phone.address);
  const { host, port: own } = kit.address("udp");
  const call = caller.phone.dial(`sip:${ownNumber}@${host}:${own}`, { from: "+15105550123" });
  const taken = await doorbell.next();
  await kit.pass(100);
  taken.hangUp();
  await call.ended;
  await kit.untilEnded();
  await kit.pass(3_000);
  await caller.close();
  await callee.close();
  return kit.events()[0]?.CallDetails.TransactionId ?? "";
}

/** Kamailio takes HEP 3 as datagrams only: what comes over a connection is cut at the lengths of its packets and passed on to it. */
async function openStreamDoor(): Promise<number> {
  const socket = createSocket("udp4").unref();
  const server = createServer((stream) => {
    let rest: Buffer = Buffer.alloc(0);
    stream.on("data", (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let size = sizeOf(rest); size > 0; size = sizeOf(rest)) {
        socket.send(rest.subarray(0, size), port, "127.0.0.1");
        rest = rest.subarray(size);
      }
    });
  }).unref();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Of the packet that the bytes begin with; 0: it is not all there. */
function sizeOf(bytes: Buffer): number {
  const size = bytes.length < 6 ? 0 : bytes.readUInt16BE(4);
  return size <= bytes.length ? size : 0;
}

const doors = { udp: port, tcp: await openStreamDoor() };

for (const transport of ["udp", "tcp"] as const) {
  virtualCallTest(
    `a capture server gets each message of both legs over ${transport}, with its ends and time, and one id for the call`,
    {
      functions: [bridging],
      config: { telemetry: { hep: { address: `${transport}://127.0.0.1:${doors[transport]}`, captureId: 77 } } },
    },
    async (kit) => {
      const before = readCaptured().length;
      const id = await bridgeOnce(kit);
      const sent = kit.trace;
      assert.ok(sent.length >= 12, `${sent.length} messages`);
      const all = async () => {
        while (readCaptured().length < before + sent.length) await passMs(20);
      };
      await kit.world.during(all());

      const captured = readCaptured().slice(before);
      assert.deepEqual([...new Set(captured.map(({ correlationId }) => correlationId))], [id]);
      assert.equal(new Set(captured.map(({ callId }) => callId)).size, 2);
      assert.match(captured[0]?.agent ?? "", /77/);
      const own = kit.address("udp");
      const show = (end: { readonly host: string; readonly port: number }) => `${end.host}:${end.port}`;
      const shown = sent.map(({ direction, peer, startLine }) => {
        const ends = [show(peer), show(own)];
        return [...(direction === "sent" ? ends.toReversed() : ends), startLine];
      });
      const got = captured.map(({ source, destination, text }) => [
        ...[source, destination, (text.split("\\x0D")[0] ?? "").replace(/^SIP\/2\.0 | SIP\/2\.0$/g, "")],
      ]);
      const sorted = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(" ")).toSorted();
      assert.deepEqual(sorted(got), sorted(shown));
      const now = kit.clock.now();
      assert.ok(captured.every(({ at }) => at > now - 60_000 && at <= now));
    },
  );
}

function tshark(bytes: Buffer, fields: readonly string[]): readonly string[] {
  const file = join(folder, "call.pcap");
  writeFileSync(file, bytes);
  const words = ["-r", file, "-T", "fields", "-E", "separator=|", ...fields.flatMap((field) => ["-e", field])];
  const checks = ["ip", "udp", "tcp"].flatMap((name) => ["-o", `${name}.check_checksum:TRUE`]);
  const { status, stdout, stderr } = spawnSync("tshark", [...words, ...checks], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n");
}

it("tshark reads messages over TCP as one stream each way, over TLS as datagrams, and between addresses of IPv6", () => {
  const text = (method: string) =>
    `${method} sip:x@y SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 ${method}\r\nFrom: <sip:a@b>\r\nTo: <sip:x@y>\r\nContent-Length: 0\r\n\r\n`;
  const row = (transport: string, peer: string, local: string | undefined, method: string, isSent = false) => ({
    ...{ type: "message" as const, at: 1_700_000_000_123, transport, startLine: `${method} sip:x@y`, again: false },
    ...(isSent ? { from: "offhook", to: peer } : { from: peer, to: "offhook" }),
    ...(local === undefined ? {} : { local }),
    text: text(method),
  });
  const rows = [
    row("tcp", "192.0.2.9:41000", "192.0.2.1:5060", "INVITE"),
    row("tcp", "192.0.2.9:41000", "192.0.2.1:5060", "INFO"),
    row("tcp", "192.0.2.9:41000", "192.0.2.1:5060", "BYE", true),
    row("tls", "192.0.2.9:41001", "192.0.2.1:5061", "OPTIONS"),
    row("udp", "[2001:db8::9]:5060", "[2001:db8::1]:5060", "ACK"),
    { ...row("udp", "192.0.2.9:5060", "192.0.2.1:5060", "REGISTER", true) },
    { ...row("udp", "192.0.2.9:5060", "192.0.2.1:5060", "REGISTER", true), text: undefined, again: true },
    row("udp", "far end 1", "192.0.2.1:5060", "INFO"),
    row("udp", "192.0.2.9:5060", undefined, "INFO"),
  ].map(({ text: words, ...rest }) => (words === undefined ? rest : { ...rest, text: words }));
  const printed = printPcap(rows);

  assert.deepEqual([printed.messages, printed.leftOut], [7, 2]);
  const stated = ["ip.checksum.status", "udp.checksum.status", "tcp.checksum.status"];
  assert.deepEqual(
    tshark(printed.bytes, ["ip.dst", "ipv6.dst", "tcp.seq", "tcp.ack", "udp.dstport", "sip.Method", ...stated]),
    [
      "192.0.2.1||1|1||INVITE|1||1",
      `192.0.2.1||${1 + text("INVITE").length}|1||INFO|1||1`,
      `192.0.2.9||1|${1 + text("INVITE").length + text("INFO").length}||BYE|1||1`,
      "192.0.2.1||||5061|OPTIONS|1|1|",
      "|2001:db8::1|||5060|ACK||1|",
      "192.0.2.9||||5060|REGISTER|1|1|",
      "192.0.2.9||||5060|REGISTER|1|1|",
    ],
  );
});

virtualCallTest(
  "tshark opens what offhook ladder --pcap writes, with the ends, times and methods of each message",
  { functions: [bridging], config: { histories: { write: true, redact: false } } },
  async (kit) => {
    const id = await bridgeOnce(kit);
    const ladder = await readLadder(join(kit.folder, ".offhook", "calls"), id);
    const { bytes, messages, leftOut } = printPcap(ladderRows(ladder));
    const fields = ["frame.time_epoch", "ip.src", "udp.srcport", "udp.dstport", "sip.Method", "sip.Status-Code"];
    const rows = tshark(bytes, fields);
    assert.deepEqual([rows.length, leftOut], [messages, 0]);
    const expected = kit.trace.map(({ direction, peer, startLine }) => {
      const own = kit.address("udp").port;
      const ports = direction === "sent" ? [own, peer.port] : [peer.port, own];
      const [word = ""] = startLine.split(" ");
      const [method, code] = /^\d/.test(word) ? ["", word] : [word, ""];
      return ["127.0.0.1", ...ports, method, code].join("|");
    });
    assert.deepEqual(
      rows.map((row) => row.slice(row.indexOf("|") + 1)),
      expected,
    );
    const times = rows.map((row) => Number(row.split("|")[0]) * 1_000);
    assert.ok(times.every((at, index) => Math.abs(at - (ladder.lines[index]?.at ?? 0)) < 1));
  },
);
