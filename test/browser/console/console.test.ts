import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { authorTests } from "./author-scene.ts";
import { seriousFaults, spareWidth } from "./axe.ts";
import { openConsoleBrowser, type ConsoleBrowser } from "./console-browser.ts";
import { startDevServer, type DevServer } from "./dev-server.ts";
import { keyedTests } from "./keyed-scene.ts";
import { answerWithCalls, countWork, rowCount, scrollTable } from "./long-list.ts";
import { phoneLineTests } from "./phone-lines.ts";
import { phoneTests } from "./phone-scene.ts";

/** One server and one browser for all of these; a call is made by the first test that needs one. */
const scene = {} as { server: DevServer; browser: ConsoleBrowser; page: Page; call: string };

before(async () => {
  // The server's first call is short: what looks at it is there before.
  scene.browser = await openConsoleBrowser();
  scene.page = await scene.browser.openPage();
  scene.server = await startDevServer();
});
after(async () => {
  await scene.browser?.close();
  await scene.server?.close();
});

const at = (path: string) => `${scene.server.url}${path}`;

test("the first call of offhook dev is in the list while it is up, and grows as one looks at it", async () => {
  const { page } = scene;
  await page.goto(at("/"));
  await page.getByText("1 live").waitFor();
  await page.locator(".call-link").click();
  await page.waitForURL(/\/console\/calls\/[0-9a-f-]{36}/);
  scene.call = new URL(page.url()).pathname.split("/").at(-1) ?? "";

  await page.getByRole("tab", { name: /SIP ladder/ }).click();
  const ladder = page.getByRole("region", { name: "SIP ladder" });
  await ladder.getByRole("button", { name: /^INVITE / }).waitFor();
  await ladder.getByRole("button", { name: /^BYE / }).waitFor();
  await page.locator(".call-title .badge", { hasText: "hung up" }).waitFor();
});

test("the call stands on one time axis, whose parts open with event, reply, and what the validator found at it", async () => {
  const { page } = scene;
  await page.goto(at(`/calls/${scene.call}`));
  await page.locator(".entry-function", { hasText: "NEW_INBOUND_CALL" }).click();

  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByText("Actions[1].Parameters.Repeet").waitFor();
  await detail.getByText("ReceiveDigits").first().waitFor();
  await detail.getByText("NEW_INBOUND_CALL").first().waitFor();
  assert.ok((await page.locator(".score .bar-action").count()) >= 4);
  await page.locator(".score canvas").first().waitFor();

  // What draws the waveforms comes when all else is there.
  const loud = page.waitForResponse(/-said\/peaks\?/);
  await page.route(/uplot/i, async (asked) => {
    await loud;
    await asked.continue();
  });
  await page.reload();
  await detail.getByText("Actions[1].Parameters.Repeet").waitFor();
  const isDrawn = `[...document.querySelectorAll(".wave")].some((wave) => {
    const canvas = wave.querySelector("canvas");
    if (canvas === null || canvas.clientWidth !== wave.clientWidth) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, 0.4 * canvas.height);
    return data.some((one) => one !== 0);
  })`;
  await until(() => page.evaluate<boolean>(isDrawn));
  await page.unroute(/uplot/i);
});

test("what is in a call is found by words, and kinds can be hidden", async () => {
  const { page } = scene;
  const list = page.locator(".entry-list > li");
  const all = await list.count();
  await page.getByPlaceholder("Find in this call").fill("press a key");
  await until(async () => (await list.count()) < all);
  assert.ok((await list.count()) >= 1);
  await page.getByPlaceholder("Find in this call").fill("");
  await page.locator(".kind-sip").click();
  assert.equal(await page.locator(".entry-list .entry-sip").count(), 0);
  await page.locator(".kind-sip").click();
});

test("calls are searched by number and id, and a search without a result says so", async () => {
  const { page } = scene;
  await page.goto(at("/"));
  const search = page.getByPlaceholder("Number, id or words");
  const row = page.locator(`a[href$="${scene.call}"]`);
  for (const typed of ["0100", scene.call.slice(0, 8)]) {
    await search.fill(typed);
    await page.waitForURL(new RegExp(`q=${typed}`));
    await row.waitFor();
  }
  await search.fill("+15005550000");
  await page.getByText("No call fits what you look for").waitFor();
  await page.getByRole("link", { name: "Show all" }).click();
  await row.waitFor();
  // Another browser has the pages that follow; its phone would go on ringing when theirs declines.
  await page.goto("about:blank");
});

test("five thousand calls cost the rows that are seen: all are reached, and scrolling goes through none but these", async () => {
  const page = await scene.browser.openPage();
  await answerWithCalls(page, 5_000);
  await page.goto(at("/"));
  await page.getByText("+12065550", { exact: true }).waitFor();
  const reach = await countWork(page, async () => {
    for (const count of [2_000, 3_000, 4_000, 5_000])
      await until(async () => {
        if ((await rowCount(page)) >= count) return true;
        await scrollTable(page, 1e9);
        return false;
      });
    await scrollTable(page, 1e9);
  });
  await page.getByText("+12065554999", { exact: true }).waitFor();
  await page.getByText("5000 calls, no more behind them").waitFor();
  assert.ok(reach.most < 80, `${reach.most} rows at once`);

  const jumps = Array.from({ length: 20 }, (_, index) => index * 10_000);
  const far = await countWork(page, async () => {
    for (const top of jumps) await scrollTable(page, top);
  });
  assert.ok(far.made < jumps.length * 80, `${far.made} rows were made for ${jumps.length} jumps`);
  const near = await countWork(page, () => scrollTable(page, 190_000 + 5 * 42));
  assert.ok(near.made <= 20 && near.idReads < 1_000, `five rows further: ${JSON.stringify(near)}`);
  await page.context().close();
});

test("an unknown call, a server that is gone and comes back, and a page that is none have words", async () => {
  const page = await scene.browser.openPage();
  await page.goto(at("/calls/00000000-0000-4000-8000-000000000000"));
  await page.getByText("This call is not known").waitFor();
  await page.goto(at("/nowhere"));
  await page.getByText("There is no such page").waitFor();
  await page.goto(at("/"));
  await page.locator(".call-link").first().waitFor();
  const lost = page.getByText(/The server does not answer|stream of events broke off/);
  // A server that starts says so to whoever asks.
  await page.route("**/offhook/v1/session", (asked) => asked.fulfill({ status: 503, json: {} }), { times: 1 });
  await scene.server.stop();
  await lost.waitFor();
  await scene.server.start();
  await lost.waitFor({ state: "detached" });
  await page.locator(".call-link").first().waitFor();
  await page.getByText("This phone is").waitFor();
  await page.context().close();
});

const pages = () => ["/", `/calls/${scene.call}?at=f1`, `/calls/${scene.call}?tab=ladder`, "/author", "/operator"];

test("axe finds nothing serious on any page, light and dark, and none is wider than its window from 360 to 2,560 pixels", async () => {
  const page = await scene.browser.openPage({ reducedMotion: "reduce" }); // Else colours are on their way.
  await page.addInitScript('localStorage.setItem("offhook.phone", "closed")');
  for (const path of pages()) {
    await page.goto(at(path));
    await settled(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      // What does not depend on colours is the same in both.
      const only = colorScheme === "dark" ? { runOnly: ["color-contrast"] } : {};
      const found = await seriousFaults(page, only);
      assert.deepEqual(found, [], `${path}, ${colorScheme}`);
    }
    for (const width of [360, 820, 1_440, 2_560]) {
      await page.setViewportSize({ width, height: 900 });
      const spare = await spareWidth(page);
      assert.ok(spare <= 0, `${path} at ${width}: ${spare} pixels too wide`);
    }
    await page.setViewportSize({ width: 1_440, height: 900 });
  }
  await page.context().close();
});

phoneTests(scene);
phoneLineTests(scene);
authorTests(scene);
keyedTests(scene);

test("no script of the page has failed, and nothing was against its content security policy", () => {
  assert.deepEqual(scene.browser.complaints, []);
});

/** Waits until something holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > endAt) assert.fail(`it does not hold on ${await scene.page.title()}`);
    await scene.page.waitForTimeout(50);
  }
}

/** What was asked for is there. */
async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await page.locator(".waiting").first().waitFor({ state: "detached" });
}
