import type { JsonObject, NewCall } from "../../call/index.ts";
import { newLegId, newTransactionId, type LegId, type TransactionId } from "../../kernel/index.ts";
import { ScriptedCall } from "./scripted-call.ts";
import { SceneError } from "./scene-error.ts";
import { callHandler } from "./function-under-test.ts";
import type { RealBeginning } from "../real/index.ts";
import type { SceneWorld } from "./scene-world.ts";
import type { OpenFunction } from "./open-function.ts";
import type { Handler, SceneOptions } from "./types.ts";
import { World } from "./world.ts";

/** Who calls, and whom, where a scene names nobody. */
export const [usualCaller, usualNumber] = ["+15105550101", "+12065550100"] as const;
const [accountId, region] = ["111122223333", "us-east-1"];
const applicationId = "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02";
const sipRuleId = "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01";

/** Somebody calls a number of the function. Resolves when the function has answered NEW_INBOUND_CALL.
 * @example
 * const call = await dial(handler);
 * await call.hears("Press 1 for sales.");
 * await call.presses("1");
 * const sales = await call.dials("+12065550123");
 * await sales.answers();
 * await call.hangsUp();
 * await call.ends(); */
export async function dial(handler: Handler | OpenFunction, options: SceneOptions = {}): Promise<ScriptedCall> {
  const { from = usualCaller, to = usualNumber } = options;
  return begin(handler, options, { direction: "Inbound", from, to, owned: to });
}

/** CreateSipMediaApplicationCall: the server calls somebody. Resolves when the function has answered NEW_OUTBOUND_CALL; then the one who is
 * called `rings`, `answers`, `isBusy` or `refuses`. */
export async function placeCall(handler: Handler | OpenFunction, options: SceneOptions = {}): Promise<ScriptedCall> {
  const { from = usualNumber, to = usualCaller } = options;
  return begin(handler, options, { direction: "Outbound", from, to, owned: from });
}

async function begin(
  handler: Handler | OpenFunction,
  options: SceneOptions,
  { direction, from, to, owned }: Pick<NewCall, "direction" | "from" | "to"> & { readonly owned: string },
): Promise<ScriptedCall> {
  if (
    typeof handler !== "function" &&
    typeof (handler as Partial<OpenFunction> | null | undefined)?.invoke !== "function"
  )
    throw new SceneError(
      "a handler (a function of an event), or what openFunction gives",
      `it is ${handler === null ? "null" : typeof handler}`,
      [],
    );
  if (typeof handler !== "function") await handler.load?.();
  const isInbound = direction === "Inbound";
  const { headers = {} } = options;
  const hasHeaders = Object.keys(headers).length > 0;
  const call: Omit<NewCall, "at"> = {
    transactionId: (options.transactionId as TransactionId | undefined) ?? newTransactionId(),
    legId: (options.callId as LegId | undefined) ?? newLegId(),
    accountId,
    direction,
    to,
    from,
    sipRuleId: isInbound ? sipRuleId : undefined,
    targets: [{ applicationId, functionArn: functionArn(), region }],
    shownHeaders: isInbound && hasHeaders ? headers : undefined,
    dialHeaders: isInbound ? {} : headers,
    arguments: isInbound ? undefined : options.arguments,
  };
  const numbers = [owned, ...(options.numbers ?? []).filter((number) => number !== owned)];
  const world =
    options.real === true
      ? await openReal(handler, { legId: call.legId, direction, from, to, owned: numbers, options })
      : new World(handler, call, numbers, options);
  await world.until(() => true, 0);
  return new ScriptedCall(world, {
    legId: call.legId,
    to: isInbound ? from : to,
    from: isInbound ? to : from,
    headers,
  });
}

/** The server and phones are loaded only where a call is real. */
async function openReal(handler: Handler | OpenFunction, beginning: Omit<RealBeginning, "ask">): Promise<SceneWorld> {
  const { openRealWorld } = await import("../real/index.ts");
  const { hangsAfterRealMs = 20_000 } = beginning.options;
  const ask = (event: unknown) =>
    typeof handler === "function"
      ? askHandler(handler, event, hangsAfterRealMs)
      : handler.invoke(event, hangsAfterRealMs);
  return openRealWorld({ ...beginning, ask });
}

/** As the server asks it, without what only a machine of calls knows. */
function askHandler(handler: Handler, event: unknown, withinMs: number): ReturnType<OpenFunction["invoke"]> {
  const target = { applicationId, functionArn: functionArn(), region };
  return callHandler(
    handler,
    { do: "invoke", invocationId: newTransactionId(), target, event: event as JsonObject, deadlineMs: withinMs },
    withinMs,
  );
}

function functionArn(): string {
  return `arn:aws:lambda:${region}:${accountId}:function:function-under-test`;
}
