import type { CallCounts } from "./call-counts.ts";
import { byLabel, counter, histogram, single, type Metric } from "./metric.ts";
import type { FunctionSnapshot, MetricsSource, Snapshot } from "./source.ts";

/** All metrics of a server but those of its process. Names and units as https://prometheus.io/docs/practices/naming has them. */
export function describeMetrics(
  { version, calls, isLive, snapshot }: MetricsSource,
  streams: number,
): readonly Metric[] {
  calls.reconcile(isLive);
  const now = snapshot();
  const versions = { version, node: process.versions.node };
  return [
    single("gauge", "offhook_build_info", "Always 1; the versions are in its labels.", 1, versions),
    ...describeServer(now),
    ...describeKept(now),
    single("gauge", "offhook_event_streams", "Streams of /offhook/v1/events that are open.", streams),
    ...describeCalls(calls),
    ...describeAudio(calls, now),
    ...describeFunctions(now.functions),
    ...describeSip(now),
    ...describeTrunks(now),
  ];
}

function describeServer({ isReady, isDraining, maxCalls, open }: Snapshot): readonly Metric[] {
  const { calls = 0, ...others } = open;
  const names = Object.entries(others).map(([name, value]) => [snakeCase(name), value] as const);
  return [
    single("gauge", "offhook_ready", "1 where new calls are taken.", Number(isReady)),
    single("gauge", "offhook_draining", "1 while the server is drained or stops.", Number(isDraining)),
    single("gauge", "offhook_calls", "Calls that are up.", calls),
    single("gauge", "offhook_calls_limit", "Most calls at one time (limits.maxCalls).", maxCalls),
    byLabel("gauge", "offhook_open_resources", "What is open now, by kind.", "kind", Object.fromEntries(names)),
  ];
}

function describeKept({ spool, kept }: Snapshot): readonly Metric[] {
  return [
    single("gauge", "offhook_spool_recordings", "Recordings that the object store has not taken yet.", spool.waiting),
    single(
      "gauge",
      "offhook_spool_given_up_recordings",
      "Those of them that only the next start tries again.",
      spool.givenUp,
    ),
    single("gauge", "offhook_calls_unwritten", "Calls of which something is not in the database yet.", kept.waiting),
    single(
      "counter",
      "offhook_calls_not_awaited_total",
      "Times that a call went on before what it owed was in the database, which did not take it.",
      kept.late,
    ),
    single("counter", "offhook_calls_not_kept_total", "Calls of which something was never written.", kept.lost),
  ];
}

function describeCalls(calls: CallCounts): readonly Metric[] {
  const direction = ["direction"];
  return [
    counter("offhook_calls_started_total", "Calls that began.", direction, calls.started.entries()),
    counter(
      "offhook_calls_ended_total",
      "Calls that are over, by how they ended.",
      ["direction", "cause"],
      calls.ended.entries(),
    ),
    histogram(
      "offhook_call_setup_seconds",
      "From the begin of a call to its first answer.",
      direction,
      read(calls.setUpSeconds),
    ),
    histogram("offhook_call_duration_seconds", "From begin to end.", direction, read(calls.durationSeconds)),
    counter(
      "offhook_actions_total",
      "Actions that ended, by type and result.",
      ["action", "result"],
      calls.actions.entries(),
    ),
    counter(
      "offhook_recordings_total",
      "Recordings that the object store has, that it did not take at once (delayed, and tried again), or that are lost.",
      ["result"],
      calls.recordings.entries(),
    ),
  ];
}

function describeAudio(calls: CallCounts, { packets, media }: Snapshot): readonly Metric[] {
  return [
    single("counter", "offhook_rtp_packets_sent_total", "RTP packets sent.", packets.sent),
    single("counter", "offhook_rtp_packets_received_total", "RTP packets received.", packets.received),
    byLabel(
      "counter",
      "offhook_rtp_packets_dropped_total",
      "Packets that came and were not used, by cause.",
      "cause",
      packets.dropped,
    ),
    counter(
      "offhook_rtp_packets_lost_total",
      "RTP packets that never came, of sessions that are over.",
      [],
      atLeastOne(calls.packetsLost.entries()),
    ),
    histogram(
      "offhook_rtp_jitter_seconds",
      "Mean jitter of what came, one value a session.",
      [],
      read(calls.jitterSeconds),
    ),
    histogram(
      "offhook_rtp_mos",
      "How well what came could be heard, 1 to 4.5, one value a session (ITU-T G.107).",
      [],
      read(calls.mos),
    ),
    histogram(
      "offhook_rtp_send_lateness_seconds",
      "Worst lateness of a packet that was sent, one value a session.",
      [],
      read(calls.sendLatenessSeconds),
    ),
    histogram(
      "offhook_reply_to_audio_seconds",
      "From the reply of a function to the first packet of what it says.",
      [],
      read(calls.replyToAudioSeconds),
    ),
    counter(
      "offhook_audio_problems_total",
      "Legs with one-way audio, dead air or clipping.",
      ["problem"],
      calls.audioProblems.entries(),
    ),
    single(
      "gauge",
      "offhook_media_lateness_seconds",
      "How late the ticks of the worst media worker are, 99th percentile of the last half second.",
      media.lateMs / 1_000,
    ),
    single("gauge", "offhook_media_utilization_ratio", "Share of a processor that it takes.", media.share),
  ];
}

function describeFunctions(functions: Readonly<Record<string, FunctionSnapshot>>): readonly Metric[] {
  const entries = Object.entries(functions);
  const outcomes = entries.flatMap(([name, { answered, failed }]) => [
    { labels: { function: name, result: "answered" }, value: answered },
    ...Object.entries(failed).map(([reason, count = 0]) => ({
      labels: { function: name, result: reason },
      value: count,
    })),
  ]);
  const open = Object.fromEntries(entries.map(([name, { isCircuitOpen }]) => [name, Number(isCircuitOpen)]));
  const seconds = entries.map(([name, { seconds: value }]) => ({ labels: [name], value }));
  return [
    {
      ...{ name: "offhook_invocations_total", help: "Invocations of functions, by result.", type: "counter" },
      values: outcomes,
    },
    histogram(
      "offhook_invocation_duration_seconds",
      "From asking a function to its answer or failure.",
      ["function"],
      seconds,
    ),
    byLabel(
      "gauge",
      "offhook_function_circuit_open",
      "1 while a function is not asked, after failures in a row.",
      "function",
      open,
    ),
  ];
}

function describeSip({ sipMessages, refusals }: Snapshot): readonly Metric[] {
  const messages = Object.entries(sipMessages).map(([words, value]) => {
    const [direction = "", method = "", status] = words.split(" ");
    return { direction, method, status, value };
  });
  const again = messages.filter(({ method }) => method === "again");
  const first = messages.filter(({ method }) => method !== "again");
  return [
    {
      ...{ name: "offhook_sip_requests_total", help: "SIP requests.", type: "counter" },
      values: first.flatMap(({ direction, method, status, value }) =>
        status === undefined ? [{ labels: { direction, method }, value }] : [],
      ),
    },
    {
      ...{
        name: "offhook_sip_responses_total",
        help: "SIP responses, by the method of their request.",
        type: "counter",
      },
      values: first.flatMap(({ direction, method, status, value }) =>
        status === undefined ? [] : [{ labels: { direction, method, status }, value }],
      ),
    },
    {
      ...{
        name: "offhook_sip_retransmissions_total",
        help: "SIP messages that were sent, or came, again.",
        type: "counter",
      },
      values: again.map(({ direction, value }) => ({ labels: { direction }, value })),
    },
    byLabel(
      "counter",
      "offhook_refusals_total",
      "What was refused or dropped, by cause (docs/refusals.md).",
      "cause",
      refusals,
    ),
  ];
}

function describeTrunks({ trunks }: Snapshot): readonly Metric[] {
  const of = (read: (trunk: Snapshot["trunks"][number]) => number | undefined) =>
    Object.fromEntries(trunks.map((trunk) => [trunk.name, read(trunk)]));
  return [
    byLabel(
      "gauge",
      "offhook_trunk_up",
      "1 where calls are sent to at least one address of a trunk.",
      "trunk",
      of(({ state }) => Number(state === "up")),
    ),
    byLabel(
      "gauge",
      "offhook_trunk_calls",
      "Calls of a trunk that are up.",
      "trunk",
      of(({ calls }) => calls),
    ),
    byLabel(
      ...(["gauge", "offhook_trunk_registered", "1 where our registration at a trunk holds."] as const),
      ...([
        "trunk",
        of(({ isRegistered }) => (isRegistered === undefined ? undefined : Number(isRegistered))),
      ] as const),
    ),
  ];
}

type Entries<Value> = readonly { readonly labels: readonly string[]; readonly value: Value }[];

function read<Counts>(sets: { entries(): Entries<{ read(): Counts }> }): Entries<Counts> {
  return sets.entries().map(({ labels, value }) => ({ labels, value: value.read() }));
}

/** A counter without labels is there from the start. */
function atLeastOne(entries: Entries<{ readonly total: number }>): Entries<{ readonly total: number }> {
  return entries.length > 0 ? entries : [{ labels: [], value: { total: 0 } }];
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
