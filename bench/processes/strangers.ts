/** Strangers that try a server, each from an address of its own; prints as JSON how many requests were sent and what was answered, by status. Words: address of
 * the server, begin of the strangers' addresses, number of the first of them, "invite", "register" or "scan", how many strangers, how many requests each, how many requests a second. */
import { createSocket, type Socket } from "node:dgram";
import { pause } from "../pause.ts";

const [server = "", prefix = "", first = "0", kind = "invite", ...numbers] = process.argv.slice(2);
const [strangers = 1, each = 1, perSecond = 1_000] = numbers.map(Number);
const sipPort = 5060;
/** Sockets that are open at one time. */
const mostOpen = 200;
/** For the answer to the last request of a stranger. */
const lingerMs = 1_500;
const tally = { sent: 0, answers: {} as Record<string, number> };
const startedAtMs = performance.now();

const methods: Readonly<Record<string, string>> = { register: "REGISTER", scan: "OPTIONS" };
const method = methods[kind] ?? "INVITE";

function request(host: string, number: number, credentials = ""): string {
  const user = String(100 + number);
  const address = `sip:${user}@${server}`;
  const id = `${host}x${number}`;
  return [
    `${method} ${method === "REGISTER" ? `sip:${server}` : address} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${sipPort};branch=z9hG4bK${id}${credentials === "" ? "" : "a"};rport`,
    ...[`From: <${address}>;tag=${number}`, `To: <${address}>`, `Call-ID: ${id}`],
    `CSeq: ${credentials === "" ? 1 : 2} ${method}`,
    ...[`Contact: <sip:${user}@${host}:${sipPort}>`, "Max-Forwards: 70", credentials],
    ...(kind === "scan" ? ["User-Agent: friendly-scanner"] : []),
    ...["Content-Length: 0", "", ""],
  ]
    .filter((line, index, lines) => line !== "" || index >= lines.length - 2)
    .join("\r\n");
}

/** A password that is wrong, for the challenge of a 401. */
function guess(challenge: string): string {
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const response = "0".repeat(64);
  const proof = `response="${response}", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"`;
  return `Authorization: Digest username="alice", realm="${part("realm")}", nonce="${part("nonce")}", uri="sip:${server}", ${proof}`;
}

function send(socket: Socket, text: string): void {
  tally.sent++;
  socket.send(text, sipPort, server);
}

async function beOne(host: string): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(sipPort, host, resolve));
  socket.on("message", (bytes) => {
    const text = bytes.toString("latin1");
    const status = text.slice(8, 11);
    tally.answers[status] = (tally.answers[status] ?? 0) + 1;
    const [, number] = /^Call-ID: .*x(\d+)/im.exec(text) ?? [];
    const isFirst = /^CSeq: 1 /im.test(text);
    if (method === "REGISTER" && status === "401" && isFirst) send(socket, request(host, Number(number), guess(text)));
  });
  for (let number = 0; number < each; number++) {
    while (tally.sent > ((performance.now() - startedAtMs) / 1_000) * perSecond) await pause(2);
    send(socket, request(host, number));
  }
  await pause(lingerMs);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

const state = { next: 0 };
async function work(): Promise<void> {
  while (state.next < strangers) {
    const index = Number(first) + state.next++;
    await beOne(`${prefix}${index >> 8}.${index & 255}`);
  }
}

await Promise.all(Array.from({ length: Math.min(mostOpen, strangers) }, work));
console.log(JSON.stringify(tally));
