/** A phone that registers with its password, answers the call that it gets, and ends with the BYE of that; each message that it gets is printed, one a
 * line as JSON. It names its own address everywhere, as one behind a NAT does. Words: own host, target host, user name, password. */
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";

const [own = "", target = "", user = "", password = ""] = process.argv.slice(2);
const [ownPort, port] = [5090, 5060];
const socket = createSocket("udp4");
const uri = `sip:${target}`;
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const send = (lines: readonly string[], body = "") =>
  socket.send([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n"), port, target);

function register(seq: number, credentials: readonly string[]): void {
  send([
    `REGISTER ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own}:${ownPort};branch=z9hG4bK-desk-${seq};rport`,
    ...[`From: <sip:${user}@${target}>;tag=desk`, `To: <sip:${user}@${target}>`],
    ...["Call-ID: desk-register", `CSeq: ${seq} REGISTER`, "Max-Forwards: 70", "Expires: 300"],
    ...[`Contact: <sip:${user}@${own}:${ownPort}>`, ...credentials],
  ]);
}

/** RFC 7616 §3.4 */
function answerTo(challenge: string): string {
  const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const [realm, nonce] = [value("realm"), value("nonce")];
  const secret = [md5(`${user}:${realm}:${password}`), nonce, "00000001", "c", "auth", md5(`REGISTER:${uri}`)];
  const parts = [
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    "qop=auth",
    "nc=00000001",
  ];
  return `Authorization: Digest ${[...parts, 'cnonce="c"', "algorithm=MD5", `response="${md5(secret.join(":"))}"`].join(", ")}`;
}

const sdp = ["v=0", `o=- 1 1 IN IP4 ${own}`, "s=-", `c=IN IP4 ${own}`, "t=0 0", "m=audio 40100 RTP/AVP 0", ""].join(
  "\r\n",
);

socket.on("message", (bytes) => {
  const text = bytes.toString();
  console.log(JSON.stringify(text));
  const field = (name: string) => new RegExp(`^${name}: .*`, "im").exec(text)?.[0] ?? "";
  const common = ["SIP/2.0 200 OK", field("Via"), field("From"), field("Call-ID"), field("CSeq")];
  const challenge = /^WWW-Authenticate: (Digest .*MD5.*)$/im.exec(text)?.[1];
  if (text.startsWith("SIP/2.0 401") && challenge !== undefined) register(2, [answerTo(challenge)]);
  if (text.startsWith("INVITE ")) {
    const contact = `Contact: <sip:${user}@${own}:${ownPort}>`;
    send([...common, `${field("To")};tag=answered`, contact, "Content-Type: application/sdp"], sdp);
  }
  if (!text.startsWith("BYE ")) return;
  send([...common, field("To")]);
  socket.close();
});
socket.bind(ownPort, own, () => register(1, []));
