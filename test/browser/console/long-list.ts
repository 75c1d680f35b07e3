import assert from "node:assert/strict";
import type { Page } from "playwright-core";

const pageSize = 1_000;

/** Answers the page's question for calls with so many of them, in pages of a thousand, behind the first of which comes one that is empty and goes on:
 * so a server answers that looks through many for few. */
export async function answerWithCalls(page: Page, count: number): Promise<void> {
  const calls = Array.from({ length: count }, (_, index) => ({
    ...{ id: `call-${index}`, state: "ended", isRedacted: false, endType: "hung-up", from: "+1" },
    ...{ to: `+1206555${index}`, startedAt: new Date(1_800_000_000_000 - index * 1_000).toISOString() },
  }));
  // Reads of the ids are counted: whoever goes through all rows reads all of them.
  await page.addInitScript(`
    globalThis.idReads = 0;
    const parse = JSON.parse;
    JSON.parse = (text) => {
      const value = parse(text);
      for (const call of value?.calls ?? []) {
        const { id } = call;
        Object.defineProperty(call, "id", { get: () => ((globalThis.idReads += 1), id) });
      }
      return value;
    };
  `);
  await page.route(/\/offhook\/v1\/calls\?/, async (route) => {
    const after = new URL(route.request().url()).searchParams.get("after") ?? "0";
    if (after === "empty") return route.fulfill({ json: { calls: [], notes: [], next: String(pageSize) } });
    const from = Number(after);
    const next = from === 0 ? "empty" : String(from + pageSize);
    const isMore = from + pageSize < calls.length;
    return route.fulfill({
      json: { calls: calls.slice(from, from + pageSize), notes: [], ...(isMore ? { next } : {}) },
    });
  });
}

/** Scrolls the table, and waits until what is seen is drawn. */
export async function scrollTable(page: Page, toPx: number): Promise<void> {
  await page.evaluate(`
    document.querySelector(".table-scroll").scrollTo({ top: ${toPx} });
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
  `);
}

/** How many rows the table says that it has. */
export async function rowCount(page: Page): Promise<number> {
  return Number(await page.getByRole("table", { name: "Calls" }).getAttribute("aria-rowcount")) - 1;
}

/** Counts the rows that are made, the most that there are, and the ids that are read, while something is done. */
export async function countWork(
  page: Page,
  act: () => Promise<void>,
): Promise<{ readonly made: number; readonly most: number; readonly idReads: number }> {
  await page.evaluate(`
    const body = document.querySelector(".table-body");
    globalThis.work = { made: 0, most: body.children.length, idReads: globalThis.idReads };
    globalThis.watching = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) globalThis.work.made += addedNodes.length;
      globalThis.work.most = Math.max(globalThis.work.most, body.children.length);
    });
    globalThis.watching.observe(body, { childList: true });
  `);
  await act();
  const work = await page.evaluate<{ made: number; most: number; idReads: number }>(
    "(globalThis.watching.disconnect(), { ...globalThis.work, idReads: globalThis.idReads - globalThis.work.idReads })",
  );
  assert.ok(work.made > 0, "nothing was scrolled");
  return work;
}
