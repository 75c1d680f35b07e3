/** Takes the pictures of the console that README and docs/console.md show: `npm run pictures`. */
import { join } from "node:path";
import { packageRoot } from "../../../src/kernel/index.ts";
import { openConsoleBrowser } from "./console-browser.ts";
import { menuNumber, startDevServer } from "./dev-server.ts";
import { pictures } from "./pictures.ts";

/** The stream of events never ends, so there is no moment at which the network is idle. */
const restMs = 1_500;

const [server, browser] = await Promise.all([startDevServer(), openConsoleBrowser()]);
try {
  const page = await browser.openPage({ deviceScaleFactor: 2 });
  await page.goto(server.url);
  await page.locator(".call-link").first().click();
  await page.waitForURL(/\/calls\//);
  await page.locator(".call-title .badge", { hasText: "hung up" }).waitFor();
  const call = new URL(page.url()).pathname.replace("/console", "");
  await placeCalls(server.url);
  for (const { name, path, colorScheme, width, height } of pictures) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.goto(server.url + path.replace("CALL", call));
    await page.locator(".waiting").first().waitFor({ state: "detached" });
    await page.waitForTimeout(restMs); // Fonts, and the waveforms.
    await page.screenshot({ path: join(packageRoot(), "docs/images", `${name}.png`) });
  }
} finally {
  await browser.close();
  await server.close();
}

/** Some more, which end in different ways, so that the list is one. */
async function placeCalls(url: string): Promise<void> {
  const api = url.replace("/console", "/offhook/v1");
  const { calls } = (await (await fetch(`${api}/calls?state=ended`)).json()) as { calls: { applicationId: string }[] };
  const applicationId = calls[0]?.applicationId ?? "";
  for (const to of ["+12065550142", "+12065550177", "+12065550123", "+12065550161"]) {
    const body = JSON.stringify({ applicationId, from: menuNumber, to });
    await fetch(`${api}/calls`, { method: "POST", headers: { "content-type": "application/json" }, body });
  }
}
