import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PageKind } from "./bundle-page.ts";
import { openPageServer, type Page } from "./page-server.ts";

export type BrowserName = "chromium" | "firefox-esr";

/** The tone of the microphone of Firefox. */
export const firefoxDeviceHz = 430;

/** A browser without a window, with an empty profile. */
export interface TestBrowser {
  /** Opens a page of that kind, beside those that are open; default: with the newest client of meetings. */
  openPage(kind?: PageKind): Promise<OpenPage>;
  /** By which it names its pages to others. */
  readonly origin: string;
  /** Ends all its processes at once, as when the machine loses power. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenPage extends Page {
  /** As when a person loads it again; the page that comes instead. */
  reload(): Promise<OpenPage>;
  /** As when a person closes the tab. */
  close(): Promise<void>;
}

/** Starts a browser. Rejects with what it printed when it does not come up within a minute. */
export async function openBrowser(name: BrowserName): Promise<TestBrowser> {
  const [profile, server] = [await mkdtemp(join(tmpdir(), "offhook-browser-")), await openPageServer()];
  if (name === "firefox-esr") await writeFile(join(profile, "user.js"), firefoxPreferences());
  const command = name === "chromium" ? chromium(profile) : firefox(profile);
  const program = startGroup([...command, server.url("root")], profile);
  const close = async () => {
    await program.kill();
    await server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const tooLate = setTimeout(() => void program.kill(), 60_000);
  const root = await Promise.race([server.arrived("root"), program.ended]);
  clearTimeout(tooLate);
  if (root === undefined) {
    await close();
    throw new Error(`${name} did not come up: ${program.printed()}`);
  }
  let opened = 0;
  const arrived = async (pageName: string): Promise<OpenPage> => ({
    ...(await server.arrived(pageName)),
    async reload() {
      server.forget(pageName);
      await root.call("reload", pageName);
      return arrived(pageName);
    },
    close: async () => void (await root.call("close", pageName)),
  });
  return {
    origin: server.origin,
    async openPage(kind = "newest") {
      const pageName = `page-${++opened}`;
      await root.call("open", pageName, server.url(pageName, kind));
      return arrived(pageName);
    },
    kill: program.kill,
    close,
  };
}

/** Starts a program and whatever it starts as one group of processes, which ends when this process ends, however it does. */
function startGroup(command: readonly string[], home: string) {
  const child = spawn("sh", ["-c", '("$@"; kill -9 0) & read _; kill -9 0', "sh", ...command], {
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, MOZ_CRASHREPORTER_DISABLE: "1" },
  });
  let printed = "";
  child.stderr.on("data", (piece: Buffer) => void (printed = (printed + piece.toString("utf8")).slice(-4_000)));
  const ended = once(child, "exit").then(() => undefined);
  return {
    ended,
    printed: () => printed,
    async kill() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, "SIGKILL");
      await ended;
    },
  };
}

function chromium(profile: string): readonly string[] {
  return [
    "chromium",
    "--headless=new",
    "--no-sandbox", // It refuses to run as root with one.
    `--user-data-dir=${profile}`,
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
  ];
}

/** With a sound card that is none: without any, no audio of Firefox flows. */
function firefox(profile: string): readonly string[] {
  const socket = join(profile, "sound");
  const words = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=1", "--realtime=0"];
  const modules = [
    `-L "module-native-protocol-unix auth-anonymous=1 socket=${socket}"`,
    '-L "module-null-sink rate=48000"',
  ];
  const script = `pulseaudio ${[...words, ...modules].join(" ")} & until [ -S ${socket} ]; do sleep 0.05; done
    PULSE_SERVER=unix:${socket} exec "$@"`;
  return ["sh", "-c", script, "sh", "firefox-esr", "--headless", "--no-remote", "--profile", profile];
}

/** No dialog, nothing that calls home, and a microphone that is a tone. */
function firefoxPreferences(): string {
  const preferences = {
    "media.navigator.permission.disabled": true,
    "media.navigator.streams.fake": true,
    "media.navigator.audio.fake_frequency": firefoxDeviceHz,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "browser.shell.checkDefaultBrowser": false,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": false,
    "datareporting.healthreport.uploadEnabled": false,
    "toolkit.telemetry.enabled": false,
    "app.normandy.enabled": false,
    "app.update.enabled": false,
    "extensions.update.enabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "browser.safebrowsing.downloads.remote.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "services.settings.server": "http://127.0.0.1:9",
  };
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join("");
}
