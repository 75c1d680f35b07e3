import type { CallSearch, FoundCalls, KeptCall } from "../../store/index.ts";
import { asRefusal } from "../refuse-admin.ts";
import type { AdminCall } from "../operation.ts";

/** Most calls whose histories one request looks into, and how much of them, bytes; `next` goes on from there. */
const mostCalls = 400;
const mostBytes = 32 * 1_048_576;
/** Calls that are looked at in one step. */
const inStep = 40;
/** Histories that are read at one time: others need the threads for files too. */
const atOnce = 4;

/** Calls with a text in their numbers, their id or their end, or in what their function was told or replied: as many as a page has. It may have fewer,
 * or none, and go on. */
export async function searchText(
  { text, ...others }: CallSearch & { readonly text: string },
  { records, textIn }: Pick<AdminCall["source"], "records"> & { readonly textIn: TextIn },
): Promise<FoundCalls> {
  const calls: KeptCall[] = [];
  let [looked, bytes] = [0, 0];
  let next = others.after;
  do {
    const limit = Math.min(inStep, others.limit - calls.length);
    const step = await records.search({ ...others, after: next, limit }).catch(asRefusal);
    for (let at = 0; at < step.calls.length; at += atOnce) {
      const some = step.calls.slice(at, at + atOnce);
      const found = await Promise.all(some.map((call) => lookInto(call, text, textIn)));
      calls.push(...some.filter((_, index) => found[index]?.isFound === true));
      bytes += found.reduce((all, { readBytes }) => all + readBytes, 0);
    }
    looked += step.calls.length;
    next = step.next;
  } while (next !== undefined && calls.length < others.limit && looked < mostCalls && bytes < mostBytes);
  return { calls, next };
}

type TextIn = NonNullable<AdminCall["source"]["textIn"]>;

async function lookInto(call: KeptCall, text: string, textIn: TextIn): ReturnType<TextIn> {
  const part = text.toLowerCase();
  const { transactionId, from, to, cause, endType } = call;
  const isInRow = [from, to, cause].some((one) => one?.toLowerCase().includes(part)) || endType === part;
  if (isInRow || transactionId.startsWith(part)) return { isFound: true, readBytes: 0 };
  return textIn(transactionId, text);
}
