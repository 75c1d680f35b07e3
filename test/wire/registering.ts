import { readChallenges } from "../../src/sip/digest/challenge.ts";
import { authorizationHeader } from "../../src/sip/digest/response.ts";
import { parseMessage, type SipHeader, type SipMessage } from "../../src/sip-syntax/index.ts";
import type { SipAddress } from "../../src/sip/index.ts";
import type { CallKit } from "../interop/kit.ts";

/** A phone that has registered. */
export interface RegisteredPhone {
  /** Status of the last response. */
  readonly status: number;
  /** Contacts of the 200. */
  readonly contacts: readonly string[];
  /** Credentials for a further request. */
  authorize(method: string, uri: string): SipHeader;
}

/** Registers a phone that listens at `contact`, with its password when it is asked for one. */
export async function register(
  kit: CallKit,
  contact: SipAddress,
  account: { readonly username: string; readonly password: string },
  expires = 600,
): Promise<RegisteredPhone> {
  const server = kit.address("udp");
  const uri = `sip:${server.host}:${server.port}`;
  const answers: SipMessage[] = [];
  let onAnswer: () => void = () => undefined;
  const socket = await kit.world.network.openDatagram("127.0.0.1", 0, (bytes) => {
    const read = parseMessage(bytes);
    if (read.type === "message") answers.push(read.message);
    onAnswer();
  });
  const callId = `registering-${socket.port}`;
  const send = (seq: number, lines: readonly string[]) => {
    const text = [
      `REGISTER ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.port};branch=z9hG4bK${callId}${seq};rport`,
      `From: <sip:${account.username}@${server.host}>;tag=${callId}`,
      `To: <sip:${account.username}@${server.host}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${seq} REGISTER`,
      `Contact: <sip:${account.username}@${contact.host}:${contact.port}>;expires=${expires}`,
      ...lines,
      "Content-Length: 0",
    ];
    const answered = new Promise<void>((resolve) => (onAnswer = resolve));
    socket.send(Buffer.from(`${text.join("\r\n")}\r\n\r\n`), server.host, server.port, () => undefined);
    return answered.then(() => answers.at(-1));
  };
  try {
    const first = await send(1, []);
    const [challenge] = first === undefined ? [] : readChallenges(first).challenges;
    let count = 0;
    const authorize = (method: string, called: string) => {
      if (challenge === undefined) throw new Error("there was no challenge");
      count += 1;
      return authorizationHeader(challenge, account, { method, uri: called }, { cnonce: "c", count });
    };
    const last =
      challenge === undefined ? first : await send(2, [`Authorization: ${authorize("REGISTER", uri).value}`]);
    return { status: last?.status ?? 0, contacts: last?.list("contact") ?? [], authorize };
  } finally {
    socket.close();
  }
}
