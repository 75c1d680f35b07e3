import type { Command } from "commander";
import { visible } from "../../kernel/index.ts";
import type { AskedLadder } from "../ladder/ladder.ts";
import { pcapOption, writePcap } from "../ladder/write-pcap.ts";
import type { ListedCall } from "./calls.ts";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface Detail extends ListedCall {
  readonly legs: readonly {
    readonly participantTag?: string;
    readonly from: string;
    readonly to: string;
    readonly state?: string;
    readonly callId: string;
    readonly sipStatus?: number;
    readonly sipCallId?: string;
    readonly trunk?: string;
  }[];
  readonly action?: { readonly type: string; readonly participantTag?: string };
  readonly waitsFor?: { readonly eventType: string; readonly askedAt: string };
  readonly invocations: readonly {
    readonly sequence: number;
    readonly eventType: string;
    readonly at: string;
    readonly tookMs?: number;
    readonly reply?: unknown;
    readonly failure?: { readonly reason: string; readonly message: string };
  }[];
  readonly audio: readonly {
    readonly participantTag: string;
    readonly audio: { readonly mos?: number; readonly packetsLost?: number; readonly jitterMs?: number };
  }[];
  readonly sentence?: string;
  readonly actions: readonly {
    readonly type: string;
    readonly participantTag?: string;
    readonly startedAt: string;
    readonly tookMs?: number;
    readonly outcome?: string;
    readonly errorType?: string;
    readonly message?: string;
  }[];
  readonly recordings: readonly {
    readonly bucket: string;
    readonly key: string;
    readonly state: string;
    readonly durationMs?: number;
    readonly lostSamples?: number;
    readonly sha256?: string;
  }[];
  readonly notes: readonly string[];
}

/** In words: what is lost is kept in the spool, and may have been stored since. */
const recordingStates: Readonly<Record<string, string>> = { lost: "not stored at its end (offhook spool)" };

interface Deleted {
  readonly deleted: readonly string[];
  readonly notes: readonly string[];
}

/** `offhook call <id>`: one call, live or over. */
export function callCommand(): Command {
  return operatorCommand({
    name: "call",
    description:
      "Shows one call of a running server, live or over: who ended it and why, legs, actions, invocations, audio, recordings.",
    examples: [
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10",
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10 --json",
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10 --delete   deletes all that is kept of it",
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10 --pcap call.pcap   its messages of SIP, for Wireshark and others",
    ],
  })
    .argument("<id>", "the transaction's id")
    .option("--delete", "delete all that is kept of a call that is over")
    .option("--pcap <file>", pcapOption)
    .action((id: string, options: OperatorOptions & { readonly delete?: true; readonly pcap?: string }) =>
      askAndPrint("call", options, async (server) => {
        if (options.delete) {
          const deleted = await server.ask<Deleted>("DELETE", `/calls/${encodeURIComponent(id)}/record`);
          const words = [`Deleted: ${deleted.deleted.join(", ")}.`, ...deleted.notes].join("\n");
          console.log(options.json ? JSON.stringify(deleted) : words);
          return undefined;
        }
        if (options.pcap !== undefined) {
          const { rows, isRedacted } = await server.ask<AskedLadder>("GET", `/calls/${encodeURIComponent(id)}/ladder`);
          return writePcap(options.pcap, rows, isRedacted);
        }
        const call = await server.ask<Detail>("GET", `/calls/${encodeURIComponent(id)}`);
        console.log(options.json ? JSON.stringify(call) : draw(call));
        return undefined;
      }),
    );
}

function draw(call: Detail): string {
  const { id, state, startedAt, durationMs = 0, direction = "", from = "", to = "", endType, cause } = call;
  const end = endType === undefined ? "" : `, ${endType}${cause === undefined ? "" : `: ${visible(cause)}`}`;
  return [
    `call ${id}`,
    `${direction} from ${visible(from)} to ${visible(to)}, began ${startedAt}`,
    `${state} ${(durationMs / 1_000).toFixed(1)} s${end}`,
    ...(call.sentence === undefined ? [] : [visible(call.sentence)]),
    ...call.legs.flatMap(drawLeg),
    ...(call.action === undefined ? [] : [`does ${call.action.type} on ${call.action.participantTag ?? "the call"}`]),
    ...(call.waitsFor === undefined
      ? []
      : [`asks its function about ${call.waitsFor.eventType} since ${call.waitsFor.askedAt}`]),
    ...drawInvocations(call.invocations),
    ...drawActions(call.actions),
    ...call.audio.map(
      ({ participantTag, audio: { mos, packetsLost = 0, jitterMs = 0 } }) =>
        `audio of ${participantTag}  MOS ${mos?.toFixed(2) ?? "unknown"}, ${packetsLost} packets lost, jitter ${jitterMs.toFixed(1)} ms`,
    ),
    ...call.recordings.map(
      ({ bucket, key, state, durationMs, lostSamples, sha256 }) =>
        `recording ${recordingStates[state] ?? state}  ${visible(`${bucket}/${key}`)}${durationMs === undefined ? "" : `, ${(durationMs / 1_000).toFixed(1)} s, ${lostSamples ?? "unknown"} samples lost, SHA-256 ${sha256}`}`,
    ),
    ...call.notes,
  ].join("\n");
}

function drawLeg(leg: Detail["legs"][number]): readonly string[] {
  const { participantTag = "", callId, from, to, state = "", sipStatus, sipCallId, trunk } = leg;
  const status = sipStatus === undefined ? "" : `, SIP ${sipStatus}`;
  const by = trunk === undefined ? "" : ` by ${visible(trunk)}`;
  const dialog = sipCallId === undefined ? "" : `, Call-ID ${visible(sipCallId)}`;
  return [
    `leg ${participantTag}  ${visible(from)} -> ${visible(to)}${by}  ${state}${status}`.trimEnd(),
    `    CallId ${callId}${dialog}`,
  ];
}

function drawInvocations(invocations: Detail["invocations"]): readonly string[] {
  if (invocations.length === 0) return [];
  const rows = invocations.map(({ sequence, eventType, at, tookMs, reply, failure }) => [
    ...[String(sequence), at, eventType, tookMs === undefined ? "" : `${tookMs} ms`],
    failure === undefined ? actionsOf(reply) : `failed, ${failure.reason}: ${visible(failure.message)}`,
  ]);
  return ["", drawTable([["NO", "ASKED", "EVENT", "TOOK", "REPLY"], ...rows]), ""];
}

function actionsOf(reply: unknown): string {
  const actions: unknown = (reply as { readonly Actions?: unknown } | null | undefined)?.Actions;
  if (!Array.isArray(actions)) return "";
  return actions.map((action: { readonly Type?: unknown } | null) => visible(String(action?.Type))).join(", ");
}

function drawActions(actions: Detail["actions"]): readonly string[] {
  if (actions.length === 0) return [];
  const rows = actions.map(({ type, participantTag = "", startedAt, tookMs, outcome = "runs", errorType, message }) => {
    const why = [errorType, message].filter((one) => one !== undefined).map(visible);
    return [
      startedAt,
      visible(type),
      participantTag,
      tookMs === undefined ? "" : `${tookMs} ms`,
      [outcome, ...why].join(": "),
    ];
  });
  return [drawTable([["BEGAN", "ACTION", "LEG", "TOOK", "RESULT"], ...rows]), ""];
}
