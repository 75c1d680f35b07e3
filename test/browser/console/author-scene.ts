import assert from "node:assert/strict";
import { test } from "node:test";
import { entry } from "./call-page.ts";
import type { ConsoleBrowser } from "./console-browser.ts";
import { menuFunction, menuNumber, type DevServer } from "./dev-server.ts";

/** What one who writes a function does in the page: tests of the scene that the other tests of the console are in. */
export function authorTests(scene: { readonly server: DevServer; readonly browser: ConsoleBrowser }): void {
  test("a caller follows a script, whose steps stand in its call; it is found by what was said, replayed with new code, and saved as a test", async () => {
    const page = await scene.browser.openPage();
    await page.goto(`${scene.server.url}/author`);
    const steps = page.getByLabel("Steps");
    const run = page.getByRole("button", { name: "Call by script" });
    await page.locator("main").getByLabel("Number to call").fill(menuNumber);
    await steps.fill('- hears: { prompt: tone.wav }\n- press: "7"\n');
    await run.click();
    await page.getByText(/Line 2, column 3: press: .*did you mean "presses"\?/).waitFor();
    await steps.fill("- hears: { prompt: tone.wav }\n- isHungUp\n");
    await run.click();
    await page.waitForURL(/\/calls\/[0-9a-f-]{36}/);
    await page.locator(".call-title .badge", { hasText: "hung up" }).waitFor();
    await entry(page, "isHungUp").waitFor();
    assert.equal(await page.locator(".entry-caller.entry-is-bad").count(), 0);
    const call = new URL(page.url()).pathname;

    await page.goto(`${scene.server.url}/?q=no+key+came`);
    await page.locator(`a[href="${call}"]`).waitFor();

    await page.goto(`${new URL(scene.server.url).origin}${call}?tab=replay`);
    await page.getByRole("button", { name: "Replay against the current code" }).click();
    await page.getByText("All replies are the same").waitFor();
    await scene.server.writeFunction(menuFunction("Goodbye.").replace("No key came.", "Nobody pressed."));
    await page.getByRole("button", { name: "Replay again" }).click();
    await page.getByText("1 reply differs").waitFor();
    const [was, is] = [page.locator("td.was"), page.locator("td.is")];
    assert.deepEqual([await was.innerText(), await is.innerText()], ['"No key came."', '"Nobody pressed."']);
    await page.getByRole("button", { name: "Save as a test" }).click();
    const saved = page.getByRole("dialog").locator("code").first();
    const file = (await saved.textContent()) ?? "";
    assert.match(file, /tests\/call-[0-9a-f]{8}\.scene\.yaml$/);
    const changed = await scene.server.run("test", file);
    assert.deepEqual([changed.status, /Nobody pressed/.test(changed.output)], [1, true], changed.output);
    await scene.server.writeFunction(menuFunction("Goodbye."));
    const asItWas = await scene.server.run("test", file);
    assert.equal(asItWas.status, 0, asItWas.output);
    await page.context().close();
  });
}
