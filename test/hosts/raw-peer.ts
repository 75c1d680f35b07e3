/** A SIP peer that shows each message as it came, one a line as JSON: it calls `target`, acknowledges, and refuses a call that it gets.
 * Words: own host, target host, called user. Ends with the BYE of its call. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

const [own = "", target = "", user = ""] = process.argv.slice(2);
const ownPort = 5080;
const port = 5060;
const inUri = (host: string) => (isIPv6(host) ? `[${host}]` : host);
const socket = createSocket(isIPv6(own) ? "udp6" : "udp4");
const send = (lines: readonly string[], body = "") =>
  socket.send([...lines, `Content-Length: ${body.length}`, "", body].join("\r\n"), port, target);

const via = `Via: SIP/2.0/UDP ${inUri(own)}:${ownPort};branch=z9hG4bK-raw`;
const from = `From: <sip:+15105550101@${inUri(own)}>;tag=raw`;
const sdp = [
  ...["v=0", `o=- 1 1 IN IP${isIPv6(own) ? 6 : 4} ${own}`, "s=-", `c=IN IP${isIPv6(own) ? 6 : 4} ${own}`],
  ...["t=0 0", "m=audio 40000 RTP/AVP 0", ""],
].join("\r\n");

socket.on("message", (bytes) => {
  const text = bytes.toString();
  console.log(JSON.stringify(text));
  const field = (name: string) => new RegExp(`^${name}: .*`, "im").exec(text)?.[0] ?? "";
  const common = [field("Via"), field("From"), field("Call-ID"), field("CSeq")];
  if (/^SIP\/2\.0 200 .*/.test(text) && /INVITE/.test(field("CSeq"))) {
    send([
      `ACK sip:${user}@${inUri(target)} SIP/2.0`,
      ...[`${via}-ack`, from, field("To"), "Call-ID: raw-call", "CSeq: 1 ACK"],
    ]);
  }
  if (text.startsWith("INVITE ")) send(["SIP/2.0 486 Busy Here", ...common, `${field("To")};tag=raw2`]);
  if (!text.startsWith("BYE ")) return;
  send(["SIP/2.0 200 OK", ...common, field("To")]);
  socket.close();
});
socket.bind(ownPort, own, () =>
  send(
    [
      `INVITE sip:${user}@${inUri(target)}:${port} SIP/2.0`,
      ...[`${via};rport`, from, `To: <sip:${user}@${inUri(target)}>`, "Call-ID: raw-call", "CSeq: 1 INVITE"],
      ...[`Contact: <sip:raw@${inUri(own)}:${ownPort}>`, "Max-Forwards: 70", "Content-Type: application/sdp"],
    ],
    sdp,
  ),
);
