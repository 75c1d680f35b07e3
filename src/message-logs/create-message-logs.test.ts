import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { CallFact } from "../call/index.ts";
import { createLogger } from "../kernel/index.ts";
import type { SipTraceEntry } from "../sip/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import type { MediaSession, MediaStats } from "../media/index.ts";
import { legAudio } from "../testing/internal/leg-audio.ts";
import { createMessageLogs, type LogSwitches } from "./create-message-logs.ts";

const root = mkdtempSync(join(tmpdir(), "offhook-message-logs-"));
after(() => rmSync(root, { recursive: true, force: true }));

function open({ keepDays = 30 as number | undefined, folder = join(mkdtempSync(join(root, "one-")), "logs") } = {}) {
  const clock = createManualClock();
  const told: string[] = [];
  const log = createLogger({
    level: "warn",
    write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg),
  });
  const connectorOf = (number: string) => (number === "+12065550100" ? "vc" : undefined);
  const connectorOfTrunk = (trunk: string) => (trunk === "desk" ? "vc" : undefined);
  const logs = createMessageLogs({ folder, keepDays, clock, log, region: "us-east-1", connectorOf, connectorOfTrunk });
  const turnOn = ({ applications = [] as string[], connectors = [] as string[], audio = [] as string[] }) =>
    logs.switch({
      ...{ applications: new Set(applications), connectors: new Set(connectors) },
      audioOfConnectors: new Set(audio),
    } satisfies LogSwitches);
  const tell = (fact: object, transactionId = "t") =>
    logs.observe({ at: clock.now(), transactionId: transactionId as never, fact: fact as CallFact });
  const message = (startLine: string, more: Partial<SipTraceEntry> = {}) =>
    logs.message({
      ...{ direction: "received", sipCallId: "d", startLine, method: "INVITE", isRetransmission: false },
      ...{ peer: { transport: "udp", host: "192.0.2.9", port: 5060 }, text: () => `${startLine}\r\n\r\n`, ...more },
    } as SipTraceEntry);
  /** As a call begins: its INVITE comes before anybody knows whose it is. */
  const begin = (to = "+12065550100") => {
    message("INVITE sip:x@y SIP/2.0");
    tell({ type: "leg-signalled", participantTag: "LEG-A", sipCallId: "d" });
    tell({ type: "call-started", direction: "inbound", from: "+1", to, applicationId: "app" });
  };
  const lines = async (group: string) => {
    await logs.close();
    const path = join(folder, "aws", group);
    const files = existsSync(path) ? readdirSync(path).toSorted((a, b) => a.localeCompare(b)) : [];
    const text = files.map((file) => readFileSync(join(path, file), "utf8")).join("");
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  };
  return { clock, folder, told, logs, turnOn, tell, message, begin, lines };
}

/** A session whose figures grow by as much at each look. */
function aSession(change: Partial<MediaStats> = {}) {
  let looks = 0;
  const figures = (): MediaStats => {
    looks += 1;
    const { packetsSent, bytesSent, packetsReceived, bytesReceived } = legAudio();
    return legAudio({
      ...{ packetsSent: packetsSent * looks, bytesSent: bytesSent * looks },
      ...{ packetsReceived: packetsReceived * looks, bytesReceived: bytesReceived * looks, ...change },
    });
  };
  return { session: { stats: async () => figures() } as unknown as MediaSession, figures };
}

const ofQuality = "ChimeVoiceConnectorLogs/vc";
const ofApplication = "ChimeSipMediaApplicationSipMessages/app";
const ofConnector = "ChimeVoiceConnectorSipMessages/vc";

describe("the logs of messages", () => {
  it("have the messages of the calls of an application, from its INVITE to the answer of its BYE, in the members of the contract (Contract: records-message-logs)", async () => {
    const { clock, turnOn, tell, message, begin, lines } = open();
    turnOn({ applications: ["app"] });
    begin();
    message("SIP/2.0 200 OK", { direction: "sent" });
    message("SIP/2.0 200 OK", { direction: "sent", isRetransmission: true });
    tell({ type: "call-ended", endType: "bye", cause: "hung up", durationMs: 1 });
    message("SIP/2.0 200 OK", { method: "BYE", direction: "sent" });
    clock.advance(2_000);
    message("SIP/2.0 481 late", { sipCallId: "d" });

    const found = await lines(ofApplication);
    assert.deepEqual(found[0], {
      ...{ sip_media_application_id: "app", aws_region: "us-east-1", event_timestamp: found[0]?.["event_timestamp"] },
      ...{ call_id: "t", transaction_id: "t", sip_message: "INVITE sip:x@y SIP/2.0\r\n\r\n" },
    });
    assert.equal(found.length, 3);
    assert.deepEqual(await lines(ofConnector), []);
  });

  it("say what went wrong between an application and its function (Contract: records-message-logs)", async () => {
    const { turnOn, tell, begin, lines } = open();
    turnOn({ applications: ["app"] });
    begin();
    tell({ type: "invoked", sequence: 1, event: { InvocationEventType: "NEW_INBOUND_CALL" } });
    tell({ type: "function-failed", reason: "timeout", message: "no reply within 20 s" });
    tell({ type: "response-invalid", errorType: "InvalidActions", message: "there are more than 10" });
    const found = (await lines(ofApplication)).filter((line) => "message" in line);
    assert.deepEqual(
      found.map((line) => [line["invocation_event_type"], line["message"]]),
      [
        ["NEW_INBOUND_CALL", "The function could not be asked or gave no reply (timeout): no reply within 20 s"],
        ["NEW_INBOUND_CALL", "The reply of the function cannot be used (InvalidActions): there are more than 10"],
      ],
    );
  });

  it("have the messages of a Voice Connector by its numbers, without more members than the contract has (Contract: records-message-logs)", async () => {
    const { turnOn, begin, lines } = open();
    turnOn({ connectors: ["vc"] });
    begin();
    const [line] = await lines(ofConnector);
    assert.deepEqual(Object.keys(line ?? {}), [
      ...["voice_connector_id", "aws_region", "event_timestamp", "call_id", "sip_message"],
    ]);
    assert.deepEqual(await lines(ofApplication), []);
    const other = open();
    other.turnOn({ connectors: ["vc"] });
    other.begin("+12065550199");
    assert.deepEqual(await other.lines(ofConnector), []);
  });

  it("begin and end when they are switched, in calls that are up too, and nothing is written without (Contract: records-message-logs-switched)", async () => {
    const { folder, turnOn, message, begin, lines } = open();
    begin();
    message("1 off");
    turnOn({ applications: ["app"] });
    message("2 on");
    turnOn({});
    message("3 off");
    assert.deepEqual(
      (await lines(ofApplication)).map((line) => line["sip_message"]),
      ["2 on\r\n\r\n"],
    );
    const other = open();
    other.begin();
    await other.logs.close();
    assert.deepEqual([existsSync(folder), existsSync(other.folder)], [true, false]);
  });

  it("have no keys that callers press (Contract: records-message-logs-keep-keys)", async () => {
    const { turnOn, message, begin, lines } = open();
    turnOn({ applications: ["app"] });
    begin();
    for (const body of ["Signal=5\r\nDuration=160\r\n", "Signal = #\r\n", "7", " 9 \r\n"])
      message("INFO sip:x@y SIP/2.0", {
        method: "INFO",
        text: () => `INFO sip:x@y SIP/2.0\r\nCSeq: 5 INFO\r\n\r\n${body}`,
      });
    const bodies = (await lines(ofApplication))
      .slice(1)
      .map((line) => String(line["sip_message"]).split("\r\n\r\n")[1]);
    assert.deepEqual(bodies, ["Signal=x\r\nDuration=160\r\n", "Signal = x\r\n", "x", " x \r\n"]);
  });

  it("are a file a day, of which the old ones go; other files stay", async () => {
    const { clock, folder, turnOn, message, begin, logs } = open({ keepDays: 2 });
    const group = join(folder, "aws", ofApplication);
    mkdirSync(group, { recursive: true });
    for (const name of ["2001-01-01.jsonl", "notes.txt"]) writeFileSync(join(group, name), "");
    turnOn({ applications: ["app"] });
    begin();
    await logs.close();
    clock.advance(86_400_000);
    message("the next day");
    await logs.close();
    const names = readdirSync(group);
    assert.deepEqual([names.length, names.includes("notes.txt"), names.includes("2001-01-01.jsonl")], [3, true, false]);
  });

  it("that cannot be written are told of once, and hold up nothing", async () => {
    const folder = join(root, "a-file");
    writeFileSync(folder, "");
    const { told, turnOn, message, begin, logs } = open({ folder });
    turnOn({ applications: ["app"] });
    begin();
    await logs.close();
    message("again");
    await logs.close();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /^messages are not logged: /);
  });

  it("have how the audio of a connector's calls was, by the minute and for what is left at the end, in the members of the contract (Contract: records-media-quality)", async () => {
    const { clock, turnOn, tell, begin, logs, lines } = open();
    turnOn({ audio: ["vc"] });
    begin();
    tell({ type: "leg-signalled", participantTag: "LEG-B", sipCallId: "desk" });
    const [caller, desk] = [aSession(), aSession({ roundTripMs: 30, reportsReceived: 4, remoteJitterMs: 1.5 })];
    const leg = { transactionId: "t" as never };
    logs.audio({ ...leg, participantTag: "LEG-A" }, caller.session);
    logs.audio({ ...leg, participantTag: "LEG-B" }, desk.session);
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    for (let minute = 0; minute < 2; minute++) {
      clock.advance(60_000);
      await settled();
    }
    tell({ type: "audio-ended", participantTag: "LEG-B", audio: desk.figures() });
    tell({ type: "audio-ended", participantTag: "LEG-A", audio: caller.figures() });
    tell({ type: "call-ended", endType: "bye", cause: "hung up", durationMs: 1 });
    clock.advance(120_000);

    const found = await lines(ofQuality);
    assert.equal(found.length, 3);
    const flow = (pair: string, jitter: number, rtcp: readonly [number, number]) => ({
      ...{ [`${pair}_rtp_packets`]: 500, [`${pair}_rtp_bytes`]: 86_000 },
      ...{ [`${pair}_rtcp_packets`]: rtcp[0], [`${pair}_rtcp_bytes`]: rtcp[1] },
      ...{ [`${pair}_packets_lost`]: 0, [`${pair}_jitter`]: jitter },
    });
    assert.deepEqual(Object.entries(found[0] ?? {}), [
      ...Object.entries({
        ...{ voice_connector_id: "vc", event_timestamp: found[0]?.["event_timestamp"], call_id: "t" },
        ...{ from_sip_user: "+1", from_country: "", to_sip_user: "+12065550100", to_country: "US" },
        ...{ endpoint_id: "desk", aws_region: "us-east-1" },
        ...flow("cust2vc", 2_200, [4, 0]),
        ...flow("vc2cust", 1_500, [2, 160]),
        ...flow("rem2vc", 2_200, [0, 0]),
        ...flow("vc2rem", 0, [2, 160]),
        ...{ rtt_btwn_vc_and_cust: 30_000, mos_btwn_vc_and_cust: 4.39 },
        ...{ rtt_btwn_vc_and_rem: 0, mos_btwn_vc_and_rem: 4.39 },
      }),
    ]);
    assert.deepEqual(
      found.map((line) => [line["cust2vc_rtp_packets"], line["vc2rem_rtp_bytes"], line["vc2rem_rtcp_packets"]]),
      [
        [500, 86_000, 2],
        [500, 86_000, 0],
        [500, 86_000, 0],
      ],
    );
    assert.deepEqual(await lines(ofConnector), []);
  });

  it("begin to have that in a call that is up, without what was before (Contract: records-message-logs-switched)", async () => {
    const { clock, turnOn, begin, logs, lines } = open();
    begin();
    const { session, figures } = aSession();
    logs.audio({ transactionId: "t" as never, participantTag: "LEG-A" }, session);
    for (let looks = 0; looks < 7; looks++) figures();
    turnOn({ audio: ["vc"] });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    turnOn({});
    clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));

    assert.deepEqual(
      (await lines(ofQuality)).map((line) => [line["rem2vc_rtp_packets"], line["cust2vc_rtp_packets"]]),
      [[500, 0]],
    );
  });

  it("have the calls that go by the trunk of a connector, as a group's calls do", async () => {
    const { turnOn, tell, begin, message, lines } = open();
    turnOn({ connectors: ["vc"] });
    begin("+12065550199");
    tell({ type: "leg-signalled", participantTag: "LEG-B", sipCallId: "e", trunk: "desk" });
    message("BYE sip:x@y SIP/2.0", { sipCallId: "e" });
    assert.deepEqual(
      (await lines(ofConnector)).map((line) => line["sip_message"]),
      ["BYE sip:x@y SIP/2.0\r\n\r\n"],
    );
  });
});
