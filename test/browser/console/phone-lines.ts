import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { lineNumber, onwardNumber, pageNumber } from "./dev-server.ts";
import {
  askServer,
  callFrom,
  callPage,
  dial,
  framesPassed,
  level,
  liveCalls,
  openPhone,
  phoneButton,
  until,
  type PhoneScene,
} from "./phone-page.ts";

/** Lines of the page's phone that ring in several tabs, are refused, and break. */
export function phoneLineTests(scene: PhoneScene): void {
  const now = { page: undefined as unknown as Page };
  const api = () => scene.server.url.replace("/console", "/offhook/v1");

  test("a call to its number rings in all tabs and opens the dock; the tab that answers first has it, and who declines it does so in all", async () => {
    const page = (now.page = await openPhone(scene));
    const other = await openPhone(scene, page);
    const both = [page, other];
    await phoneButton(other, "Close the phone").click();
    await callPage(api());
    for (const one of both) await one.getByRole("alert").filter({ hasText: "Incoming call" }).waitFor();
    await phoneButton(other, "Answer").click();
    await page.getByText("Incoming call").waitFor({ state: "detached" });
    await until(async () => (await level(other, "in")) > 0.2, "the function is heard");
    await phoneButton(other, "Hang up").click();
    // Closed, it would be so in all tabs that are opened from now on.
    for (const act of ["Close the phone", "Open the phone"]) await phoneButton(other, act).click();

    await callPage(api());
    for (const one of both) await phoneButton(one, "Decline").waitFor();
    await phoneButton(page, "Decline").click();
    for (const one of both) await one.getByLabel("Number to call").waitFor();
    await until(async () => (await liveCalls(api())) === 0, "the call is over at the server");

    await callFrom(page, onwardNumber);
    await phoneButton(other, "Answer").click();
    for (const one of both) await until(async () => (await level(one, "in")) > 0.2, "one tab hears the other");
    // Neither end of the bridge is decoded and encoded anew.
    for (const [from, to] of [both, both.toReversed()] as const)
      await until(async () => (await framesPassed(from as Page, to as Page)) > 20, "frames pass as they are");
    const { calls } = await askServer<{ calls: readonly { id: string }[] }>(`${api()}/calls?state=live`);
    const call = `${api()}/calls/${calls[0]?.id}`;
    await askServer(call, {}, "DELETE");
    for (const one of both) await one.getByLabel("Number to call").waitFor();
    const codecs = async () => {
      const { audio } = await askServer<{ audio: readonly { audio: { codecs: readonly string[] } }[] }>(call);
      return audio.map((leg) => leg.audio.codecs.join());
    };
    await until(async () => (await codecs()).length === 2, "the figures of both legs");
    assert.deepEqual(await codecs(), ["opus", "opus"]);
    await other.close();
  });

  test("a number that is not there, and a microphone that is refused, have words; a call that rings goes on ringing", async () => {
    const { page } = now;
    await page.getByLabel("Number to call").fill("+1 206 555-9999");
    await page.getByLabel("Number to call").press("Enter");
    await page.getByText("This server has no such number").waitFor();

    const refused = page.getByText("The browser did not give the microphone. Allow it for this address");
    await page.evaluate("isRefused = true");
    await page.getByLabel("Number to call").press("Enter");
    await refused.waitFor();
    await callPage(api());
    await phoneButton(page, "Answer").click();
    await refused.waitFor();
    await page.evaluate("isRefused = false");
    await phoneButton(page, "Answer").click();
    await until(async () => (await level(page, "in")) > 0.2, "the function is heard");
    await phoneButton(page, "Hang up").click();
  });

  test("a line that breaks off in a call has words and is opened again while the call goes on", async () => {
    const { page } = now;
    await dial(page, lineNumber);
    await until(async () => (await level(page, "in")) > 0.2, "the function is heard");
    await page.evaluate("for (const socket of sockets) socket.close()");
    await page.getByText("The line to the server broke off").waitFor();
    await page.getByText("This phone is").waitFor();
    await page.getByText("The line to the server broke off").waitFor({ state: "detached" });
    assert.ok((await level(page, "in")) > 0.2);
    await phoneButton(page, "Hang up").click();
    await until(async () => (await liveCalls(api())) === 0, "the call is over at the server too");
  });

  test("a server that is killed in a call and started anew has words, and the phone its number again by itself", async () => {
    const { page } = now;
    await dial(page, lineNumber);
    await scene.server.stop("SIGKILL");
    await page.getByText("The line to the server broke off. If you still hear").waitFor();
    await scene.server.start();
    await page.getByText("The server was started anew, which ended the call").waitFor();
    await page.getByText(`This phone is ${pageNumber}`).waitFor();
    await page.getByText("The line to the server broke off").waitFor({ state: "detached" });
    await page.getByText("The server was started anew, which ended the call").waitFor();
    await callPage(api());
    await phoneButton(page, "Answer").click();
    await until(async () => (await level(page, "in")) > 0.2, "the function is heard");
    await phoneButton(page, "Hang up").click();
    assert.equal(await page.locator(".phone-problem").count(), 0);
    await page.context().close();
  });
}
