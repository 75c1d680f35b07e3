/** Asks a server for users, one request after the other, and prints "<method> <user> <first line of the answer>" of each, or "nothing" where none comes
 * in time. Words: own host, target host, milliseconds to wait, then a method and a user in one word ("INVITE:100") each. The first answer is waited
 * for up to three seconds: a busy server is not a silent one. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

const [own = "", target = "", waits = "0", ...asked] = process.argv.slice(2);
const inUri = (host: string) => (isIPv6(host) ? `[${host}]` : host);
const socket = createSocket(isIPv6(own) ? "udp6" : "udp4");
const firstWaitMs = 3_000;
const answers = new Map<string, (line: string) => void>();

socket.on("message", (bytes) => {
  const text = bytes.toString();
  const [line = ""] = text.split("\r\n", 1);
  if (!line.startsWith("SIP/2.0 1")) answers.get(/^Call-ID: (.*)$/im.exec(text)?.[1] ?? "")?.(line);
});

async function ask(word: string, index: number): Promise<string> {
  const [method = "", user = ""] = word.split(":");
  const callId = `${process.pid}-${index}`;
  const address = `sip:${user}@${inUri(target)}`;
  const { port } = socket.address();
  const lines = [
    `${method} ${method === "REGISTER" ? `sip:${inUri(target)}` : address} SIP/2.0`,
    `Via: SIP/2.0/UDP ${inUri(own)}:${port};branch=z9hG4bK${callId};rport`,
    ...[`From: <${address}>;tag=${index}`, `To: <${address}>`, `Call-ID: ${callId}`, `CSeq: 1 ${method}`],
    ...[`Contact: <sip:${user}@${inUri(own)}:${port}>`, "Max-Forwards: 70", "Content-Length: 0", "", ""],
  ];
  const answered = new Promise<string>((resolve) => {
    answers.set(callId, resolve);
    setTimeout(() => resolve("nothing"), index === 0 ? Math.max(firstWaitMs, Number(waits)) : Number(waits));
  });
  socket.send(lines.join("\r\n"), 5060, target);
  return `${method} ${user} ${await answered}`;
}

socket.bind(0, own, () => {
  void (async () => {
    for (const [index, word] of asked.entries()) console.log(await ask(word, index));
    socket.close();
    process.exit(0);
  })();
});
