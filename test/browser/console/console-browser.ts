import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";
import { chromium, type BrowserContextOptions, type Page } from "playwright-core";
import { encodeWav, tone } from "../../../src/testing/index.ts";

/** What the microphone hears, Hz. */
export const microphoneHz = 430;
/** A busy machine is waited for. */
const patienceMs = Number(process.env["PATIENCE"] ?? 60_000);

/** Debian's Chromium without a window, whose microphone is a tone. */
export interface ConsoleBrowser {
  openPage(options?: BrowserContextOptions): Promise<Page>;
  /** What pages have complained of: errors of scripts, and of the content security policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openConsoleBrowser(): Promise<ConsoleBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-microphone-"));
  const microphone = join(folder, "tone.wav");
  await writeFile(microphone, encodeWav(tone(microphoneHz, 5_000, -12)));
  const browser = await chromium.launch({
    executablePath: findProgram("chromium"),
    args: [
      "--no-sandbox", // It refuses to run as root with one.
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-audio-capture=${microphone}`,
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
  const complaints: string[] = [];
  return {
    complaints,
    async openPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
      page.on("console", (message) => {
        if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
      });
      return page;
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findProgram(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const folder = folders.find((one) => existsSync(join(one, name)));
  if (folder === undefined) throw new Error(`${name} is not in PATH`);
  return join(folder, name);
}
