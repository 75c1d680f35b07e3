import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { entry } from "./call-page.ts";
import type { ConsoleBrowser } from "./console-browser.ts";
import { keyId, otherNumber, ownNumber, secret, startKeyedServer } from "./keyed-server.ts";

/** The page of a server that asks for a key: tests of the browser that the other tests of the console have. */
export function keyedTests(scene: { readonly browser: ConsoleBrowser }): void {
  test("one signs in, places a call, updates it, hangs up a leg and the call, drains: each is asked once and logged with who; without the token, after twelve hours and signed out one is nobody", async () => {
    const server = await startKeyedServer();
    const page = await scene.browser.openPage();
    try {
      await page.goto(server.url);
      await signIn(page, "another-secret");
      await page.getByText("This key and secret do not belong together").waitFor();
      await signIn(page, secret);
      await page.getByRole("heading", { name: "Calls" }).waitFor();

      await placeAndEnd(page, server.url);

      await page.goto(`${server.url}/operator`);
      for (const act of ["Drain", "Take calls again"]) {
        await page.getByRole("button", { name: act }).click();
        await page.getByRole("dialog").getByRole("button", { name: act }).click();
      }
      await page.getByRole("button", { name: "Drain" }).waitFor();
      const expected = ["SignIn", "PlaceCall", "UpdateCall", "HangUpLeg", "HangUpCall", "Drain", "Resume"];
      const done = (operations: readonly string[]) => operations.map((operation) => `${operation} ${keyId}`);
      assert.deepEqual(server.done(), done(expected));

      // A page of another site has the cookie at most, and never the token.
      for (const token of [undefined, "another-token"]) assert.equal(await drain(page, token), 403);

      server.pass(13);
      const link = page.getByRole("link", { name: "Calls" });
      // It is gone where the page has asked for something by itself before.
      await link.click({ timeout: 15_000 }).catch(() => undefined);
      await signIn(page, secret);
      await page.getByRole("heading", { name: "Calls" }).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("Access key id").waitFor();
      assert.equal(await drain(page, undefined), 403);
      assert.deepEqual(server.done().slice(expected.length), done(["SignIn", "SignOut"]));
    } finally {
      await page.context().close();
      await server.close();
    }
  });
}

/** Drains as a script in the page would that does not know the session's token; the status of the answer. */
async function drain(page: Page, token: string | undefined): Promise<number> {
  const headers = JSON.stringify(token === undefined ? {} : { "x-offhook-csrf": token });
  return page.evaluate<number>(
    `fetch("/offhook/v1/drain", { method: "POST", headers: ${headers} }).then(({ status }) => status)`,
  );
}

async function signIn(page: Page, word: string): Promise<void> {
  await page.getByLabel("Access key id").fill(keyId);
  await page.getByLabel("Secret").fill(word);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A call out with arguments and headers, which is joined with another one, of which one leg and then all is hung up. */
async function placeAndEnd(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/author`);
  await page.getByLabel("From").fill(ownNumber);
  await page.getByLabel("To", { exact: true }).fill(otherNumber);
  await fillPair(page, "argument", "language", "de");
  await fillPair(page, "header", "X-Order", "4711");
  await page.getByRole("button", { name: "Place the call" }).click();
  await page.waitForURL(/\/calls\/[0-9a-f-]{36}/);
  await entry(page, "NEW_OUTBOUND_CALL").click();
  const detail = page.getByRole("complementary", { name: "Detail" });
  await detail.getByText("language").first().waitFor({ state: "attached" });
  await entry(page, "CALL_ANSWERED").waitFor();
  await page.getByRole("button", { name: "Update the call" }).click();
  await fillPair(page, "argument", "callToo", "+12065550178");
  await page.getByRole("dialog").getByRole("button", { name: "Update the call" }).click();
  await entry(page, "CALL_UPDATE_REQUESTED").waitFor();
  const confirm = async (button: string) => {
    await page.locator(".acts").getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hang up" }).click();
  };
  await entry(page, "LEG-B answered").waitFor();
  await confirm("LEG-B");
  await entry(page, "LEG-B ended").waitFor();
  await confirm("Hang up");
  await page.locator(".call-title .badge", { hasText: "by operator" }).waitFor();
}

async function fillPair(page: Page, name: string, key: string, value: string): Promise<void> {
  await page.locator(`[name=${name}-name]`).last().fill(key);
  await page.locator(`[name=${name}-value]`).last().fill(value);
}
