import type { SipAddress, SipNetwork } from "../../src/sip/index.ts";
import { nodeNetwork } from "../../src/sip/transport/node-network.ts";

/** A SIP end that does only what a test tells it: what phones never do, or our own phone cannot. UDP, loopback. */
export interface BareSip {
  readonly address: SipAddress;
  /** Sends an INVITE; without `sdp` one that makes no offer. `lines`: further ones of its header. */
  invite(to: SipAddress, user: string, sdp: string | undefined, lines?: readonly string[]): BareDialog;
  /** The next INVITE that comes. */
  incoming(): Promise<BareDialog>;
  close(): void;
}

/** One call of such an end. Final answers to its INVITEs are acknowledged; CANCEL and BYE are answered. */
export interface BareDialog {
  /** What came, in a word each: "180", "183 sdp", "200 sdp" (to our INVITEs), "ACK", "CANCEL", "BYE",
   * "REFER 202" (to our REFER), "NOTIFY 200" (what it tells of the transfer). */
  readonly reported: readonly string[];
  /** The first body that came with such a word, from now on; at once if it came before. */
  until(word: string): Promise<string>;
  /** Body of the INVITE that came. */
  readonly offer: string;
  /** A header of the INVITE that came. */
  header(name: string): string | undefined;
  /** The dialog as a Replaces of the other end means it. RFC 3891 §6.1 */
  replaces(): string;
  /** Answers the INVITE that came. */
  respond(status: number, sdp?: string): void;
  /** Sends a further INVITE in the dialog; the answer. */
  reinvite(sdp: string): Promise<string>;
  /** Sends an INFO with a body of application/dtmf-relay. RFC 6086 */
  info(body: string): void;
  /** Asks for another party in its place. RFC 3515 */
  refer(target: string): void;
  cancel(): void;
  bye(): void;
}

interface Message {
  readonly start: string;
  readonly lines: readonly string[];
  readonly body: string;
}

/** Opens one on a free port. */
export async function openBareSip(network: SipNetwork = nodeNetwork): Promise<BareSip> {
  const dialogs = new Map<string, Dialog>();
  const rung: BareDialog[] = [];
  let onRing: ((dialog: BareDialog) => void) | undefined;

  const socket = await network.openDatagram("127.0.0.1", 0, (bytes, fromHost, fromPort) => {
    const message = parse(Buffer.from(bytes).toString());
    const callId = field(message, "Call-ID") ?? "";
    const known = dialogs.get(callId);
    if (known !== undefined) return known.take(message);
    if (!message.start.startsWith("INVITE ")) return undefined;
    const dialog = createDialog({ callId, port: socket.port, invite: message, send: sendTo(fromHost, fromPort) });
    dialogs.set(callId, dialog);
    const ring = onRing;
    onRing = undefined;
    if (ring === undefined) rung.push(dialog);
    else ring(dialog);
    return undefined;
  });

  const sendTo = (host: string, port: number) => (text: string) =>
    socket.send(Buffer.from(text), host, port, () => undefined);
  const { port } = socket;

  return {
    address: { transport: "udp", host: "127.0.0.1", port },
    invite: (to, user, sdp, lines = []) => {
      const callId = `${Math.random()}@bare`;
      const dialog = createDialog({ callId, port, invite: undefined, send: sendTo(to.host, to.port) });
      dialogs.set(callId, dialog);
      dialog.begin(`sip:${user}@${to.host}:${to.port}`, sdp, lines);
      return dialog;
    },
    incoming: () => {
      const waiting = rung.shift();
      return waiting === undefined ? new Promise((resolve) => (onRing = resolve)) : Promise.resolve(waiting);
    },
    close: () => socket.close(),
  };
}

type Dialog = BareDialog & {
  take(message: Message): void;
  begin(uri: string, sdp: string | undefined, lines: readonly string[]): void;
};

interface DialogParts {
  readonly callId: string;
  readonly port: number;
  /** Undefined: ours. */
  readonly invite: Message | undefined;
  send(text: string): void;
}

function createDialog({ callId, port, invite, send }: DialogParts): Dialog {
  const reported: { word: string; body: string }[] = [];
  const waiting = new Set<() => void>();
  const seen = new Set<string>();
  const own = `<sip:bare@127.0.0.1:${port}>;tag=bare${port}`;
  let target = bracketed(invite && field(invite, "Contact")) ?? "";
  let remote = (invite && field(invite, "From")) ?? "";
  let sequence = 0;
  let branch = "";

  const tell = (word: string, body: string) => {
    reported.push({ word, body });
    for (const look of waiting) look();
  };

  const request = (method: string, number: number, body = "", isNewBranch = true, more: readonly string[] = []) => {
    if (isNewBranch) branch = `z9hG4bK${Math.random()}`;
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch}`,
      "Max-Forwards: 70",
      `From: ${own}`,
      `To: ${remote}`,
      `Call-ID: ${callId}`,
      `CSeq: ${number} ${method}`,
      `Contact: <sip:bare@127.0.0.1:${port}>`,
      ...more,
    ];
    send(withBody(lines, body, method === "INFO" ? "application/dtmf-relay" : "application/sdp"));
  };

  const respond = (to: Message, status: number, body = "") => {
    const isOwnInvite = to === invite;
    const lines = [
      `SIP/2.0 ${status} Bare`,
      ...to.lines.filter((line) => /^(via|from|call-id|cseq|record-route):/i.test(line)),
      `To: ${isOwnInvite ? `${field(to, "To")};tag=bare${port}` : field(to, "To")}`,
      `Contact: <sip:bare@127.0.0.1:${port}>`,
    ];
    send(withBody(lines, body));
  };

  const takeResponse = (message: Message) => {
    const status = Number(message.start.split(" ")[1]);
    if (field(message, "CSeq")?.endsWith(" REFER") === true) return tell(`REFER ${status}`, "");
    if (field(message, "CSeq")?.endsWith(" INVITE") !== true || status === 100) return;
    const number = Number.parseInt(field(message, "CSeq") ?? "");
    if (status >= 200) {
      remote = field(message, "To") ?? remote;
      if (status < 300) target = bracketed(field(message, "Contact")) ?? target;
      request("ACK", number, "", status < 300);
      if (seen.has(`final ${number}`)) return;
      seen.add(`final ${number}`);
    }
    tell(message.body === "" ? `${status}` : `${status} sdp`, message.body);
  };

  const takeRequest = (message: Message) => {
    const [method = ""] = message.start.split(" ");
    const key = `${method} ${field(message, "CSeq")}`;
    if (method !== "ACK" && method !== "INVITE") respond(message, 200);
    if (seen.has(key) || method === "INVITE") return;
    seen.add(key);
    tell(method === "NOTIFY" ? `NOTIFY ${message.body.split(" ")[1]}` : method, message.body);
  };

  return {
    get reported() {
      return reported.map(({ word }) => word);
    },
    until: (word) =>
      new Promise((resolve) => {
        const look = () => {
          const found = reported.find((each) => each.word === word);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.body);
        };
        waiting.add(look);
        look();
      }),
    offer: invite?.body ?? "",
    header: (name) => invite && field(invite, name),
    replaces: () => `${callId};to-tag=${/;tag=([^;]+)/.exec(remote)?.[1]};from-tag=bare${port}`,
    respond: (status, sdp) => {
      if (invite !== undefined) respond(invite, status, sdp);
    },
    reinvite: async (sdp) => {
      sequence += 1;
      const before = reported.length;
      request("INVITE", sequence, sdp);
      return new Promise((resolve) => {
        const look = () => {
          const found = reported.slice(before).find(({ word }) => word === "200 sdp");
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.body);
        };
        waiting.add(look);
      });
    },
    info: (body) => request("INFO", (sequence += 1), body),
    refer: (target) => request("REFER", (sequence += 1), "", true, [`Refer-To: <${target}>`]),
    cancel: () => request("CANCEL", sequence, "", false),
    bye: () => request("BYE", (sequence += 1)),
    take: (message) => (message.start.startsWith("SIP/2.0 ") ? takeResponse(message) : takeRequest(message)),
    begin: (uri, sdp, more) => {
      target = uri;
      remote = `<${uri}>`;
      sequence = 1;
      request("INVITE", sequence, sdp, true, more);
    },
  };
}

function withBody(lines: readonly string[], body: string, type = "application/sdp"): string {
  const typed = body === "" ? [] : [`Content-Type: ${type}`];
  return [...lines, ...typed, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n");
}

function parse(text: string): Message {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [start = "", ...lines] = head.split("\r\n");
  return { start, lines, body };
}

function field({ lines }: Message, name: string): string | undefined {
  const line = lines.find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

function bracketed(text: string | undefined): string | undefined {
  return /<([^>]*)>/.exec(text ?? "")?.[1];
}
