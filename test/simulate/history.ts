import type { CallEffect, CallInput, JsonObject } from "../../src/call/index.ts";
import type { Step } from "./watch.ts";

/** The steps of a call for people: each input with its time, and what the machine did. */
export function printHistory(steps: readonly Step[]): string {
  const startAt = steps[0]?.input.at ?? 0;
  const names = new Map<string, string>();
  for (const { after } of steps) {
    for (const leg of after.legs) {
      if (!names.has(leg.id)) names.set(leg.id, leg.calledFor === undefined ? "A" : `B${names.size}`);
    }
  }
  const lines = steps.flatMap((step, index) => [
    `${String(index + 1).padStart(4)}  +${step.input.at - startAt} ms  ${describeInput(step.input)}`,
    ...step.effects.map((effect) => `          -> ${describeEffect(effect)}`),
  ]);
  let text = lines.join("\n");
  for (const [id, name] of names) text = text.replaceAll(id, name);
  return text;
}

function describeInput(input: CallInput): string {
  const { type, at: _at, ...rest } = input;
  if (input.type === "function-replied") {
    const { reply, invocationId } = input;
    return `${type} ${invocationId}: ${reply.type === "failed" ? `failed, ${reply.reason}` : short(reply.value)}`;
  }
  return `${type}${Object.keys(rest).length === 0 ? "" : ` ${short(rest)}`}`;
}

function describeEffect(effect: CallEffect): string {
  if (effect.do === "observe") return `(${short(effect.fact, 160)})`;
  if (effect.do === "invoke") return `invoke ${effect.invocationId} ${describeEvent(effect.event)}`;
  const { do: what, ...rest } = effect;
  return `${what} ${short(rest, 160)}`;
}

function describeEvent(event: JsonObject): string {
  const details = event["CallDetails"] as { readonly Participants: readonly Readonly<Record<string, string>>[] };
  const participants = details.Participants.map(({ CallId, Status = "-" }) => `${CallId} ${Status}`);
  const data = event["ActionData"] === undefined ? "" : ` ${short(event["ActionData"])}`;
  return `${String(event["InvocationEventType"])} (${String(event["Sequence"])})${data} [${participants.join(", ")}]`;
}

function short(value: unknown, most = 320): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > most ? `${text.slice(0, most)}...` : text;
}
