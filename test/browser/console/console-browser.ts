import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { existsSync } from "node:fs";
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { concatPcm, encodeWav, silence, tone } from "../../../src/testing/index.ts";

/** What the microphone hears, Hz. */
export const microphoneHz = 430;
/** A busy machine is waited for. */
const patienceMs = Number(process.env["PATIENCE"] ?? 60_000);

/** Debian's Chromium without a window, whose microphone is a tone. */
export interface ConsoleBrowser {
  openPage(options?: BrowserContextOptions): Promise<Page>;
  /** Opens another tab beside a page, which shares what the browser remembers. */
  openTab(beside: Page): Promise<Page>;
  /** What pages have complained of: errors of scripts, and of the content security policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openConsoleBrowser(): Promise<ConsoleBrowser> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-microphone-"));
  const microphone = join(folder, "tone.wav");
  await writeFile(microphone, encodeWav(beeps()));
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
  const openIn = async (context: BrowserContext) => {
    const page = await context.newPage();
    page.on("pageerror", ({ name, message, stack }) => complaints.push(`${name}: ${message} ${stack ?? ""}`));
    page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
    });
    return page;
  };
  return {
    complaints,
    async openPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      context.setDefaultTimeout(patienceMs);
      return openIn(context);
    },
    openTab: (beside) => openIn(beside.context()),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Pieces of a tone: one that does not end is taken for noise, and suppressed. */
function beeps() {
  const beep = concatPcm(tone(microphoneHz, 300, -12), silence(100));
  return concatPcm(...Array.from({ length: 12 }, () => beep));
}

function findProgram(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const folder = folders.find((one) => existsSync(join(one, name)));
  if (folder === undefined) throw new Error(`${name} is not in PATH`);
  return join(folder, name);
}
