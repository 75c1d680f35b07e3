import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { ConsoleBrowser } from "./console-browser.ts";
import { lineNumber, pageNumber, type DevServer } from "./dev-server.ts";

/** What these tests are in. */
export interface PhoneScene {
  readonly server: DevServer;
  readonly browser: ConsoleBrowser;
}

/** A page whose phone has a line.
 * @param beside a page of the same browser, of which it is another tab */
export async function openPhone({ browser, server }: PhoneScene, beside?: Page): Promise<Page> {
  const page = await (beside === undefined ? browser.openPage() : browser.openTab(beside));
  await page.addInitScript(watch);
  await page.goto(server.url);
  await page.getByText("This phone is").waitFor();
  return page;
}

/** Notes which devices and sockets the page opens and which frames of audio come and go, and refuses the microphone when told so, as a person would: Chromium without a window asks nobody. */
const watch = `if (navigator.mediaDevices !== undefined) {
  const watched = { opened: [], sinks: [], sockets: [], isRefused: false };
  Object.assign(globalThis, watched);
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    if (isRefused) throw new DOMException("Permission denied", "NotAllowedError");
    const stream = await open(constraints);
    watched.opened.push(stream.getAudioTracks()[0].getSettings().deviceId);
    return stream;
  };
  const { setSinkId } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.setSinkId = async function (id) {
    await setSinkId.call(this, id);
    watched.sinks.push(this.sinkId);
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(...of) {
      super(...of);
      watched.sockets.push(this);
    }
  };
  const noted = new Set();
  const noteFrames = (end, frames) => {
    // A call that is held and taken up again has the same ends.
    if (noted.has(end)) return;
    noted.add(end);
    const { readable, writable } = end.createEncodedStreams();
    const note = new TransformStream({
      transform(frame, to) {
        if (frames.length < 2_000) frames.push([...new Uint8Array(frame.data)].join());
        to.enqueue(frame);
      },
    });
    void readable.pipeThrough(note).pipeTo(writable);
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(options) {
      super({ ...options, encodedInsertableStreams: true });
      Object.assign(globalThis, { framesSent: [], framesReceived: [] });
      this.addEventListener("track", ({ receiver }) => noteFrames(receiver, framesReceived));
    }
    addTrack(...of) {
      const sender = super.addTrack(...of);
      noteFrames(sender, framesSent);
      return sender;
    }
  };
}`;

/** How many encoded frames of sound have come to a page byte for byte as another one sent them, in the call that each is in; of silence all are alike. */
export async function framesPassed(from: Page, to: Page): Promise<number> {
  const sent = new Set(await from.evaluate<string[]>("framesSent"));
  const received = await to.evaluate<string[]>("framesReceived");
  return received.filter((frame) => frame.split(",").length > leastFrame && sent.has(frame)).length;
}

/** Bytes of a frame that has sound in it. */
const leastFrame = 30;

/** Types a number into the phone of the list of calls, and calls it. */
export async function callFrom(page: Page, number: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/console/`);
  await page.getByText("This phone is").waitFor();
  await page.getByLabel("Number to call").fill(number);
  await page.getByLabel("Number to call").press("Enter");
}

/** A button of the phone. */
export function phoneButton(page: Page, name: string): Locator {
  return page.locator(".phone").getByRole("button", { name, exact: true });
}

/** Calls, and waits until the far end has answered. Gives the id of the call, which the page shows by itself. */
export async function dial(page: Page, number: string): Promise<string> {
  await callFrom(page, number);
  await page.locator(".phone-screen", { hasText: "In call" }).waitFor();
  await page.waitForURL(/\/console\/calls\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** What the phone shows of a direction, 0 to 1. */
export async function level(page: Page, side: "in" | "out"): Promise<number> {
  const bar = page.locator(".level-bar").nth(side === "in" ? 0 : 1);
  return (await bar.count()) === 0 ? 0 : Number(await bar.getAttribute("data-level"));
}

/** Asks the server as another program does. */
export async function askServer<Answer>(url: string, body?: object, method = "POST"): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, body && { method, headers, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

/** Has the function call the page's number. */
export async function callPage(api: string): Promise<void> {
  const { applications } = await askServer<{ applications: readonly { id: string; name: string }[] }>(
    `${api}/applications`,
  );
  const applicationId = applications.find(({ name }) => name === "line")?.id;
  await askServer(`${api}/calls`, { applicationId, from: lineNumber, to: pageNumber });
}

/** How many calls are up. */
export async function liveCalls(api: string): Promise<number> {
  return (await askServer<{ calls: readonly unknown[] }>(`${api}/calls?state=live`)).calls.length;
}

/** Guards against hanging. */
const limitMs = 60_000;
const restMs = 100;

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const endAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endAt) assert.fail(`${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}
