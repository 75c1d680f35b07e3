import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { toneLevelDbfs } from "../../../src/testing/index.ts";
import { seriousFaults, spareWidth } from "./axe.ts";
import { microphoneHz } from "./console-browser.ts";
import { lineNumber, pageNumber, promptHz } from "./dev-server.ts";
import { decode, levelsAtServer } from "./phone-hearing.ts";
import { askServer, dial, level, openPhone, phoneButton, until, type PhoneScene } from "./phone-page.ts";

/** The phone of the page: tests of the scene that the other tests of the console are in. */
export function phoneTests(scene: PhoneScene): void {
  const now = { page: undefined as unknown as Page, call: "" };
  const api = () => scene.server.url.replace("/console", "/offhook/v1");
  const hasLevels = (side: "heard" | "said", wanted: (level: number) => boolean) =>
    until(async () => {
      const [level = 0] = await levelsAtServer(api(), now.call, side, [side === "heard" ? microphoneHz : promptHz]);
      return wanted(level);
    }, `${side} at the server`);
  const isLoud = (level: number) => level > -45;
  const isStill = (level: number) => level < -60;

  test("the page's phone says which number it is, calls one of the inventory, hears its function, and is heard by it", async () => {
    const page = await openPhone(scene);
    now.page = page;
    assert.equal(await page.locator(".phone-own code").textContent(), pageNumber);
    const offered = page.locator("#phone-numbers option");
    await until(async () => (await offered.count()) === 3, "numbers that are offered");

    now.call = await dial(page, lineNumber);
    await until(async () => (await level(page, "in")) > 0.2 && (await level(page, "out")) > 0.2, "levels");
    await hasLevels("heard", isLoud);
    await hasLevels("said", isLoud);
  });

  test("keys of its keypad arrive at the function, by mouse and by keyboard", async () => {
    const { page } = now;
    await page.locator(".keypad .key", { hasText: "5" }).click();
    await untilKeys(api(), now.call, ["5"]);
    await page.keyboard.press("7");
    await untilKeys(api(), now.call, ["5", "7"]);
    assert.equal(await page.locator(".phone-keys").textContent(), "57");
  });

  test("axe finds nothing serious on the phone in a call, in a narrow window too, which is not too narrow for it", async () => {
    const { page } = now;
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const width of [1_440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await seriousFaults(page), [], `${width} pixels`);
      assert.ok((await spareWidth(page)) <= 0);
    }
    await page.setViewportSize({ width: 1_440, height: 900 });
  });

  test("who is muted is not heard, and who holds the call hears nothing, until that is over", async () => {
    const { page } = now;
    const button = (name: string) => phoneButton(page, name);
    await button("Mute").click();
    await hasLevels("heard", isStill);
    await until(async () => (await level(page, "out")) === 0, "no level");
    await button("Unmute").click();
    await hasLevels("heard", isLoud);

    await button("Hold").click();
    await page.locator(".phone-screen", { hasText: "On hold" }).waitFor();
    await until(async () => (await level(page, "in")) === 0, "nothing is heard");
    await button("Resume").click();
    await page.locator(".phone-screen", { hasText: "In call" }).waitFor();
    await until(async () => (await level(page, "in")) > 0.2, "the function is heard again");
    await hasLevels("heard", isLoud);
  });

  test("devices are chosen while the call goes on, and remembered", async () => {
    const { page } = now;
    await page.locator(".phone summary").click();
    const choose = async (label: string) => {
      const select = page.locator(".phone label", { hasText: label }).locator("select");
      const value = (await select.locator("option").last().getAttribute("value")) ?? "";
      assert.notEqual(value, "");
      await select.selectOption(value);
      return value;
    };
    const microphone = await choose("Microphone");
    const last = (of: "opened" | "sinks") => page.evaluate<string | undefined>(`${of}.at(-1)`);
    await until(async () => (await last("opened")) === microphone, "the other microphone");
    await until(async () => (await level(page, "out")) > 0.2, "its level");
    await hasLevels("heard", isLoud);
    const speaker = await choose("Speaker");
    await until(async () => (await last("sinks")) === speaker, "the other speaker");
    assert.equal(await page.locator(".phone-problem").count(), 0);
    assert.equal(await page.evaluate<unknown>('localStorage.getItem("offhook.microphone")'), microphone);
  });

  test("what was heard is a file with the function's tone, and Enter calls the last number again, also after the page was loaded anew", async () => {
    const { page } = now;
    await phoneButton(page, "Hang up").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save as a file").click()]);
    assert.match(download.suggestedFilename(), /^heard-\+12065550101-.*\.webm$/);
    const heard = await decode(page, download);
    const pieces = Array.from({ length: Math.floor(heard.samples.length / 4_000) }, (_, index) => index * 500);
    const loudest = Math.max(...pieces.map((fromMs) => toneLevelDbfs(heard, promptHz, fromMs, fromMs + 500)));
    assert.ok(loudest > -35, `the tone is in the file at ${loudest} dBFS`);

    await page.reload();
    await page.getByText("This phone is").waitFor();
    assert.equal(await page.getByLabel("Number to call").inputValue(), lineNumber);
    await page.getByLabel("Number to call").press("Enter");
    await page.locator(".phone-screen", { hasText: "In call" }).waitFor();
    await phoneButton(page, "Hang up").press("Enter");
    await page.locator(".phone-call:focus", { hasText: "Call" }).waitFor();
    await page.context().close();
  });
}

async function untilKeys(api: string, call: string, keys: readonly string[]): Promise<void> {
  interface Called {
    readonly invocations: readonly {
      readonly event?: { readonly ActionData?: { readonly ReceivedDigits?: string } };
    }[];
  }
  await until(async () => {
    const { invocations } = await askServer<Called>(`${api}/calls/${call}`);
    const pressed = invocations.flatMap(({ event }) => event?.ActionData?.ReceivedDigits ?? []);
    return pressed.join() === keys.join();
  }, `keys ${keys.join()} at the function`);
}
