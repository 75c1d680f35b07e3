/** Text of a SIPp scenario, made of the steps below. */
export function scenario(...steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="offhook">\n${steps.join("\n")}\n</scenario>\n`;
}

/**
 * When SIPp sends a message again that nothing came for: late. Nothing gets lost on loopback, and a server that had to wait for its processor for
 * half a second would answer twice in the middle of a flow whose order is what is looked at.
 */
export const sentAgain = `retrans="4000"`;

/** What SIPp sends as a description when nothing else is asked for. */
export const pcmu = "0 101";

/** An SDP body. `formats`: payload types of the audio line; `port`: where RTP goes, SIPp's own unless told otherwise. */
export function sdp({ formats = pcmu, direction = "sendrecv", version = 1, port = "[media_port]" } = {}): string {
  return [
    "v=0",
    `o=peer 1 ${version} IN IP[local_ip_type] [local_ip]`,
    "s=-",
    "c=IN IP[media_ip_type] [media_ip]",
    "t=0 0",
    `m=audio ${port} RTP/AVP ${formats}`,
    ...(formats.split(" ").includes("101") ? ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15"] : []),
    `a=${direction}`,
  ].join("\n");
}

function send(text: string, options = ""): string {
  return `<send ${options}><![CDATA[\n\n${text}\n\n]]></send>`;
}

function withBody(lines: readonly string[], body: string | undefined): string {
  const type = body === undefined ? [] : ["Content-Type: application/sdp"];
  return [...lines, ...type, "Content-Length: [len]", "", body ?? ""].join("\n");
}

/** Waits for a request or a response. `options` are more attributes, as `optional="true"`. */
export function receive(what: string | number, options = ""): string {
  const kind = typeof what === "number" ? `response="${what}"` : `request="${what}"`;
  return `<recv ${kind} ${options}></recv>`;
}

/** A call of its own among those of one SIPp, which leaves out what stands before the slashes when it looks for the call. `name` stands in the
 * header X-Flow. */
export function flow(name: string, ...steps: readonly string[]): string {
  return steps
    .join("\n")
    .replaceAll("Call-ID: [call_id]", `Call-ID: ${name}///[call_id]`)
    .replaceAll("[pid]invite", `[pid]invite${name}-`)
    .replaceAll("CSeq: 1 INVITE\n", `CSeq: 1 INVITE\nX-Flow: ${name}\n`);
}

/** Goes on with the steps at the place that the last two digits of the number name, which stands in a variable with a header. */
export function branches(variable: string, steps: readonly string[]): string {
  const end = steps.length + 1;
  const tell = steps.map((_, index) => {
    const number = String(index).padStart(2, "0");
    const found = `<ereg regexp="${number}@" search_in="var" variable="${variable}" assign_to="is${index}"/>`;
    return `<nop><action>${found}</action></nop><nop next="${index + 1}" test="is${index}"/>`;
  });
  const take = steps.map((text, index) => `<label id="${index + 1}"/>\n${text}\n<nop next="${end}"/>`);
  return [...tell, `<nop next="${end}"/>`, ...take, `<label id="${end}"/>`].join("\n");
}

/** Waits while the peer does nothing. */
export function wait(ms: number): string {
  return `<pause milliseconds="${ms}"/>`;
}

/** Takes a request and keeps what its response needs, so that something else can be said before. */
export function holdRequest(method: string): string {
  const kept = { heldVia: "Via:", heldFrom: "From:", heldTo: "To:", heldSeq: "CSeq:" };
  const keep = Object.entries(kept).map(
    ([name, header]) => `<ereg regexp=".*" search_in="hdr" header="${header}" assign_to="${name}"/>`,
  );
  return `<recv request="${method}"><action>${keep.join("")}</action></recv><Reference variables="${Object.keys(kept).join(",")}"/>`;
}

/** Answers the request that was held. */
export function respondToHeld(status: string): string {
  return send(
    [
      `SIP/2.0 ${status}`,
      ...["Via:[$heldVia]", "From:[$heldFrom]", "To:[$heldTo]", "[last_Call-ID:]", "CSeq:[$heldSeq]"],
      "Content-Length: 0",
    ].join("\n"),
  );
}

/** What a called party asks for. */
interface Asked {
  readonly username: string;
  readonly password: string;
  /** Value of WWW-Authenticate. */
  readonly challenge: string;
}

/** Steps of a called party. */
export const called = {
  /** Takes the INVITE and keeps what later requests of its own need. */
  invite: `<recv request="INVITE" rrs="true"><action>
    <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/>
    <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
    <ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
    <ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>
  </action></recv><Reference variables="cseq,from,to,via"/>`,
  /** Asks for credentials, and goes on when SIPp finds those that come right; else refuses them with 403, and the scenario is over. */
  askForCredentials: ({ username, password, challenge }: Asked, ...then: readonly string[]): string =>
    [
      called.respond("401 Unauthorized", undefined, sentAgain, [`WWW-Authenticate: ${challenge}`]),
      receive("ACK"),
      `<recv request="INVITE" rrs="true" next="1" test="isRight"><action>
        <verifyauth assign_to="isRight" username="${username}" password="${password}"/>
      </action></recv>`,
      called.respond("403 Forbidden", undefined, sentAgain),
      receive("ACK"),
      `<nop next="2"/><label id="1"/>`,
      ...then,
      `<label id="2"/>`,
    ].join("\n"),
  /** Answers the request that came last. `headers`: more lines. */
  respond: (status: string, body?: string, options = "", headers: readonly string[] = []): string =>
    send(
      withBody(
        [
          `SIP/2.0 ${status}`,
          "[last_Via:]",
          "[last_Record-Route:]",
          "[last_From:]",
          "[last_To:];tag=[pid]peer[call_number]",
          "[last_Call-ID:]",
          "[last_CSeq:]",
          "Contact: <sip:peer@[local_ip]:[local_port];transport=[transport]>",
          ...headers,
        ],
        body,
      ),
      options,
    ),
  /** Answers a request inside the dialog: its To has a tag already. */
  respondInDialog: (status: string): string => respondInDialog(status),
  /** Answers a re-INVITE. `headers`: more lines. */
  answerAgain: (body: string, headers: readonly string[] = []): string =>
    respondInDialog("200 OK", body, ["[last_Record-Route:]", contactOfCaller, ...headers]),
  /** Answers the INVITE when another request came after it. */
  respondToInvite: (
    status: string,
    body?: string,
    { tag = "peer", options = sentAgain, headers = [] as readonly string[] } = {},
  ): string =>
    send(
      withBody(
        [
          `SIP/2.0 ${status}`,
          "Via:[$via]",
          "From:[$from]",
          `To:[$to];tag=[pid]${tag}[call_number]`,
          "[last_Call-ID:]",
          "CSeq: [$cseq] INVITE",
          "Contact: <sip:peer@[local_ip]:[local_port];transport=[transport]>",
          ...headers,
        ],
        body,
      ),
      options,
    ),
  /** A request in the dialog whose response is taken later. */
  inDialog: (method: string, cseq: number, body?: string): string => calledRequest(method, cseq, body),
  /** Changes the description, and acknowledges the answer. */
  reinvite: (cseq: number, body: string): string =>
    calledRequest("INVITE", cseq, body) + receive(200) + calledRequest("ACK", cseq),
  bye: (cseq = 1): string => calledRequest("BYE", cseq) + receive(200),
  /** Takes a refusal of an INVITE in the dialog, which was sent just before, and acknowledges it in its transaction: else it is said again. */
  refusedInDialog: (status: number, cseq: number): string =>
    receive(status) + inTransactionBefore(calledRequest("ACK", cseq), 2),
};

/** A request with the branch of the one that many steps before. */
const inTransactionBefore = (request: string, steps: number) => request.replace("[branch]", `[branch-${steps}]`);

function calledRequest(method: string, cseq: number, body?: string): string {
  return send(
    withBody(
      [
        `${method} [next_url] SIP/2.0`,
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
        "From:[$to];tag=[pid]peer[call_number]",
        "To:[$from]",
        "[last_Call-ID:]",
        `CSeq: ${cseq} ${method}`,
        "Contact: <sip:peer@[local_ip]:[local_port];transport=[transport]>",
        "Max-Forwards: 70",
      ],
      body,
    ),
    method === "ACK" ? "" : sentAgain,
  );
}

function respondInDialog(status: string, body?: string, headers: readonly string[] = []): string {
  const copied = ["[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]"];
  return send(withBody([`SIP/2.0 ${status}`, ...copied, ...headers], body));
}

const fromCaller = `From: "Caller" <sip:+15105550101@[local_ip]:[local_port]>;tag=[pid]peer[call_number]`;
const viaInvite = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK[pid]invite[call_number]";
const viaCaller = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]";
const contactOfCaller = "Contact: <sip:peer@[local_ip]:[local_port];transport=[transport]>";

const inThisTry = (step: string) => step.replace(viaInvite, `${viaInvite}x[$try]`);

const ackRefusal = send(
  [
    "ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0",
    viaInvite,
    fromCaller,
    "[last_To:]",
    "Call-ID: [call_id]",
    "CSeq: 1 ACK",
    "Max-Forwards: 70",
    "Content-Length: 0",
  ].join("\n"),
);

/** Steps of a caller, who calls the number given with -s. */
export const caller = {
  /** `body` undefined: without an offer. `headers` are more lines. */
  invite: (body: string | undefined, { headers = [] as readonly string[], options = sentAgain } = {}): string =>
    send(
      withBody(
        [
          "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0",
          viaInvite,
          fromCaller,
          "To: <sip:[service]@[remote_ip]:[remote_port]>",
          "Call-ID: [call_id]",
          "CSeq: 1 INVITE",
          contactOfCaller,
          "Max-Forwards: 70",
          ...headers,
        ],
        body,
      ),
      options,
    ),
  /** A request without a body in the dialog. `headers` are more lines. */
  request: (method: string, cseq: number, headers: readonly string[] = []): string =>
    caller.inDialog(method, cseq, undefined, headers),
  /** An INFO. */
  info: (cseq: number, type: string, body: string): string =>
    caller.inDialog("INFO", cseq, body).replace("application/sdp", type),
  /** Takes a provisional response and keeps its RSeq. */
  takeReliable: (status: number): string =>
    `<recv response="${status}" rrs="true"><action>
      <ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" assign_to="rseq"/>
    </action></recv>`,
  /** An INVITE, or other request with a body, in the dialog. `headers` are more lines. */
  inDialog: (method: string, cseq: number, body?: string, headers: readonly string[] = []): string =>
    send(
      withBody(
        [
          `${method} [next_url] SIP/2.0`,
          viaCaller,
          fromCaller,
          "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]",
          "Call-ID: [call_id]",
          `CSeq: ${cseq} ${method}`,
          contactOfCaller,
          "Max-Forwards: 70",
          ...headers,
        ],
        body,
      ),
      method === "ACK" ? "" : sentAgain,
    ),
  /** Calls, and calls again half a second after each 503, until the call is answered; then `steps`. Each try is a transaction of its own, and
   * nothing is sent twice. */
  untilTaken: (body: string, ...steps: readonly string[]): string =>
    [
      `<label id="1"/><nop><action><add assign_to="try" value="1"/></action></nop>`,
      inThisTry(caller.invite(body, { options: "" })),
      caller.progress,
      receive(503, `optional="true" next="2"`),
      caller.answered(),
      ...steps,
      `<nop next="3"/><label id="2"/>`,
      inThisTry(ackRefusal),
      `<pause milliseconds="500" next="1"/><label id="3"/>`,
    ].join("\n"),
  /** Acknowledges a refusal, in the transaction of the INVITE. */
  ackRefusal,
  /** Takes a refusal of an INVITE in the dialog, which was sent just before, and acknowledges it in its transaction: else it is said again. */
  refusedInDialog: (status: number, cseq: number): string =>
    receive(100, `optional="true"`) + receive(status) + inTransactionBefore(caller.inDialog("ACK", cseq), 3),
  /** Takes a refusal and acknowledges it, in the transaction of the INVITE. */
  refused: (status: number): string => receive(status) + ackRefusal,
  cancel: send(
    [
      "CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0",
      viaInvite,
      fromCaller,
      "To: <sip:[service]@[remote_ip]:[remote_port]>",
      "Call-ID: [call_id]",
      "CSeq: 1 CANCEL",
      "Max-Forwards: 70",
      "Content-Length: 0",
    ].join("\n"),
    sentAgain,
  ),
  /** What comes before the final response. */
  progress: receive(100, `optional="true"`) + receive(180, `optional="true"`),
  /** Takes the 200 and its Contact, acknowledges it. `body`: the answer to an offer that came in the 200. */
  answered: (body?: string): string => receive(200, `rrs="true"`) + caller.inDialog("ACK", 1, body),
  /** The other side hangs up. */
  takeBye: receive("BYE") + respondInDialog("200 OK"),
  bye: (cseq = 2): string => caller.inDialog("BYE", cseq) + receive(200),
};
