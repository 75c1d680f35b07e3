/** A phone that calls `target`, holds, resumes, and waits for the BYE; each message that it gets is printed, one a line as JSON. It names its own
 * address everywhere, as one behind a NAT does that knows nothing of it. Words: own host, target host, called user. */
import { createSocket } from "node:dgram";

const [own = "", target = "", user = ""] = process.argv.slice(2);
const [ownPort, port] = [5080, 5060];
const socket = createSocket("udp4");
const last = 3;
const state = { seq: 0, to: `To: <sip:${user}@${target}>`, contact: `sip:${user}@${target}:${port}` };

function send(method: string, seq: number, body = ""): void {
  const isCall = method === "INVITE";
  const lines = [
    `${method} ${state.contact} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own}:${ownPort};branch=z9hG4bK-${method}-${seq};rport`,
    `From: <sip:+15105550101@${own}>;tag=held`,
    state.to,
    ...["Call-ID: hold-call", `CSeq: ${seq} ${method}`, "Max-Forwards: 70"],
    `Contact: <sip:held@${own}:${ownPort}>`,
    ...(isCall ? ["Content-Type: application/sdp"] : []),
    `Content-Length: ${body.length}`,
  ];
  socket.send([...lines, "", body].join("\r\n"), port, target);
}

/** The offers of the call: it talks, holds, and talks again. */
function invite(): void {
  state.seq += 1;
  const direction = state.seq === 2 ? "sendonly" : "sendrecv";
  const sdp = ["v=0", `o=- 1 ${state.seq} IN IP4 ${own}`, "s=-", `c=IN IP4 ${own}`, "t=0 0", "m=audio 40000 RTP/AVP 0"];
  send("INVITE", state.seq, [...sdp, `a=${direction}`, ""].join("\r\n"));
}

socket.on("message", (bytes) => {
  const text = bytes.toString();
  console.log(JSON.stringify(text));
  const field = (name: string) => new RegExp(`^${name}: .*`, "im").exec(text)?.[0] ?? "";
  if (text.startsWith("SIP/2.0 200 ") && field("CSeq") === `CSeq: ${state.seq} INVITE`) {
    state.to = field("To");
    state.contact = /<([^>]+)>/.exec(field("Contact"))?.[1] ?? "";
    send("ACK", state.seq);
    if (state.seq < last) invite();
  }
  if (!text.startsWith("BYE ")) return;
  const answer = ["SIP/2.0 200 OK", field("Via"), field("From"), field("To"), field("Call-ID"), field("CSeq")];
  socket.send([...answer, "Content-Length: 0", "", ""].join("\r\n"), port, target);
  socket.close();
});
socket.bind(ownPort, own, invite);
