import type { Command } from "commander";
import { visible } from "../../timeline/index.ts";
import type { ListedCall } from "./calls.ts";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface Detail extends ListedCall {
  readonly legs: readonly {
    readonly participantTag?: string;
    readonly from: string;
    readonly to: string;
    readonly state?: string;
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
  readonly notes: readonly string[];
}

/** `offhook call <id>`: one call, live or over. */
export function callCommand(): Command {
  return operatorCommand({
    name: "call",
    description: "Shows one call of a running server, live or over: legs, invocations, audio.",
    examples: [
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10",
      "offhook call 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10 --json",
    ],
  })
    .argument("<id>", "the transaction's id")
    .action((id: string, options: OperatorOptions) =>
      askAndPrint("call", options, async (server) => {
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
    ...call.legs.map((leg) =>
      `leg ${leg.participantTag ?? ""}  ${visible(leg.from)} -> ${visible(leg.to)}  ${leg.state ?? ""}`.trimEnd(),
    ),
    ...(call.action === undefined ? [] : [`does ${call.action.type} on ${call.action.participantTag ?? "the call"}`]),
    ...(call.waitsFor === undefined
      ? []
      : [`asks its function about ${call.waitsFor.eventType} since ${call.waitsFor.askedAt}`]),
    ...drawInvocations(call.invocations),
    ...call.audio.map(
      ({ participantTag, audio: { mos, packetsLost = 0, jitterMs = 0 } }) =>
        `audio of ${participantTag}  MOS ${mos?.toFixed(2) ?? "unknown"}, ${packetsLost} packets lost, jitter ${jitterMs.toFixed(1)} ms`,
    ),
    ...call.notes,
  ].join("\n");
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
