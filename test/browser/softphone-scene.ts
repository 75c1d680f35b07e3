import assert from "node:assert/strict";
import { encodeWav, slicePcm, tone, toneLevelDbfs } from "../../src/testing/index.ts";
import { ownNumber, peerNumber, playOnSockets, type CallKit, type KitOptions } from "../interop/kit.ts";
import type { OpenPage, TestBrowser } from "./browser.ts";
import { eventsOf, heardOf, untilEvent } from "./member.ts";
import { createDoorbell } from "../wire/call-scene.ts";
import { readRecording } from "../wire/read-recording.ts";
import { hears, type Listener } from "./hearing.ts";
import type { PageEvent } from "./page-server.ts";

/** SIP clients of browsers, by their names in the page. */
export const libraries = ["jssip", "sipjs"] as const;
export type Library = (typeof libraries)[number];

/** The tone that the function plays. */
export const promptHz = 1270;
/** What X-Bridge has where nobody is joined, and the caller is recorded. */
const recorded = "recorded";
/** What a caller with the header X-Bridge is joined with. */
const bridgingFunction = `
  const { InvocationEventType: type, ActionData: data, CallDetails: call } = event;
  const [caller] = call.Participants;
  const to = (caller.SipHeaders ?? {})["X-Bridge"];
  const play = [{ Type: "PlayAudio", Parameters: { ParticipantTag: "LEG-A", AudioSource: { Type: "S3", BucketName: "prompts", Key: "tone.wav" } } }];
  const listen = { Type: "ReceiveDigits", Parameters: { ParticipantTag: "LEG-A", InputDigitsRegex: "^\\\\d$",
    InBetweenDigitsDurationInMilliseconds: 1000, FlushDigitsDurationInMilliseconds: 10000 } };
  if (type === "NEW_OUTBOUND_CALL") return [];
  if (type === "CALL_ANSWERED") return [listen, ...play];
  if (type === "NEW_INBOUND_CALL" && to === "${recorded}")
    return [{ Type: "RecordAudio", Parameters: { DurationInSeconds: 60, RecordingTerminators: ["#"],
      RecordingDestination: { Type: "S3", BucketName: "recordings", Prefix: "browser/" } } },
      { Type: "Hangup", Parameters: { SipResponseCode: "0" } }];
  if (type === "NEW_INBOUND_CALL" && to !== undefined)
    return [{ Type: "CallAndBridge", Parameters: { CallTimeoutSeconds: 20, CallerIdNumber: caller.From,
      Endpoints: [{ BridgeEndpointType: "PSTN", Uri: to }] } }];
  if (type === "HANGUP" || type === "ACTION_FAILED") return call.Participants.filter(({ Status }) => Status === "Connected")
    .map(({ CallId }) => ({ Type: "Hangup", Parameters: { CallId } }));
  if (type === "NEW_INBOUND_CALL") return [listen, ...play];
  return [];`;

const account = (name: string, number: string) => ({ name, password: `secret of ${name}`, numbers: [number] });
export const people = {
  ada: { ...account("ada", "+15105550111"), hz: 430 },
  ben: { ...account("ben", "+15105550112"), hz: 610 },
} as const;
type Name = keyof typeof people;

/** The configuration of a server for pages of this origin. */
export function softphoneOptions(origin: string, address = "127.0.0.1"): KitOptions {
  return {
    functions: [bridgingFunction],
    prompts: { "tone.wav": encodeWav(tone(promptHz, 60_000, -12)) },
    config: {
      sip: { listen: [`udp://${address}:0`], webSocket: { onApi: true, origins: [origin] } },
      phones: Object.values(people).map(({ hz: _hz, ...phone }) => phone),
    },
  };
}

/** A page that is a phone. */
export interface Softphone extends Listener {
  readonly hz: number;
  readonly number: string;
  /** Resolves with how the registration went. */
  register(): Promise<unknown>;
  /** Calls a number, and resolves once it is answered.
   * @param bridgeTo whom the function joins it with */
  call(number: string, bridgeTo?: string): Promise<void>;
  do(method: "hold" | "resume" | "hangUp" | "reconnect" | "stop"): Promise<unknown>;
  press(key: string, way: "events" | "info"): Promise<unknown>;
  until(type: string, from?: number): Promise<PageEvent>;
  mark(): number;
  close(): Promise<void>;
}

/** Opens the page of somebody. */
export async function openSoftphone(
  kit: CallKit,
  browser: TestBrowser,
  name: Name,
  library: Library,
  password: string = people[name].password,
): Promise<Softphone> {
  const page: OpenPage = await browser.openPage("softphone");
  const { hz, numbers } = people[name];
  const url = `${kit.server.apiUrl.replace("http", "ws")}/sip`;
  const domain = new URL(kit.server.apiUrl).hostname;
  const until = (type: string, from = 0) => untilEvent(page, type, {}, { from });
  const mark = () => eventsOf(page).length;
  return {
    hz,
    number: numbers[0] ?? "",
    register: () => page.call("start", { library, url, user: name, domain, password, tones: [[hz, -20]] }),
    async call(number, bridgeTo) {
      const from = mark();
      await page.call("call", `sip:${number}@${domain}`, bridgeTo === undefined ? [] : [`X-Bridge: ${bridgeTo}`]);
      await until("up", from);
    },
    do: (method) => page.call(method),
    press: (key, way) => page.call("press", key, way),
    until,
    mark,
    takeHeard: async () => (await heardOf(page)).pcm,
    close: () => page.close(),
  };
}

/** One server and one browser: two pages, one for each client, call, are called, hold, press keys and are bridged. */
export async function playSoftphones(browser: TestBrowser, step: Step, address?: string): Promise<void> {
  await playOnSockets("softphones", softphoneOptions(browser.origin, address), async (kit) => {
    const ada = await openSoftphone(kit, browser, "ada", "jssip");
    const ben = await openSoftphone(kit, browser, "ben", "sipjs");
    const all = [
      ["JsSIP", ada],
      ["SIP.js", ben],
    ] as const;

    await step("both register over WebSockets, by a digest", async () => {
      assert.deepEqual(await Promise.all(all.map(([, one]) => one.register())), ["registered", "registered"]);
      assert.equal(kit.server.ledger().registrations, 2);
    });
    for (const [client, one] of all)
      await step(`${client} calls, hears the function, presses keys and holds`, () => playAlone(kit, one));
    await step("the server calls each, which hears it and hangs up", async () => {
      for (const [, one] of all) {
        const from = one.mark();
        await kit.call({ ToPhoneNumber: one.number });
        await one.until("up", from);
        await hears(one, { tones: [promptHz], not: [one.hz] });
        await one.do("hangUp");
        await one.until("ended", from);
      }
    });
    for (const [client, one] of all)
      await step(`what ${client} says is recorded, and nothing else`, () => playRecorded(kit, one));
    await step("a bridge from one browser to the other passes Opus, and each hears the other", async () => {
      await ada.call(ownNumber, ben.number);
      await Promise.all([
        hears(ada, { tones: [ben.hz], not: [ada.hz] }),
        hears(ben, { tones: [ada.hz], not: [ben.hz] }),
      ]);
      const from = ben.mark();
      await ada.do("hangUp");
      await ben.until("ended", from);
    });
    await step("a bridge from a browser to a phone carries both voices, and the keys of the browser", () =>
      playWithPhone(kit, ben),
    );
    await step("a WebSocket that broke is opened anew, and its page is called over the new one", async () => {
      const from = ada.mark();
      await ada.do("reconnect");
      await ada.until("registered", from);
      await ben.call(ownNumber, ada.number);
      await ada.until("up", from);
      await ben.do("hangUp");
      await ada.until("ended", from);
    });
    for (const [, one] of all) await one.close();
    for (let looks = 0; looks < 600 && kit.server.ledger().registrations > 0; looks++) await kit.pass(50);
    assert.equal(kit.server.ledger().registrations, 0, "whose page is closed is no longer registered");
  });
}

/** Plays a part of a scene under a title. */
export type Step = (title: string, body: () => Promise<void>) => Promise<unknown>;

async function playAlone(kit: CallKit, one: Softphone): Promise<void> {
  const keys = () =>
    kit.events().flatMap(({ ActionData }) => {
      const digits = (ActionData as { readonly ReceivedDigits?: string } | undefined)?.ReceivedDigits;
      return digits === undefined ? [] : [digits];
    });
  const before = keys().length;
  await one.call(ownNumber);
  await hears(one, { tones: [promptHz], not: [one.hz] });
  await one.press("5", "events");
  await kit.until("the key that came as events", () => keys().length === before + 1);
  await one.press("7", "info");
  await kit.until("the key that came by INFO", () => keys().length === before + 2);
  assert.deepEqual(keys().slice(before), ["5", "7"]);
  assert.equal(await one.do("hold"), "done");
  assert.equal(await one.do("resume"), "done");
  const from = one.mark();
  await one.do("hangUp");
  await one.until("ended", from);
}

async function playRecorded(kit: CallKit, one: Softphone): Promise<void> {
  const stored = () => kit.facts.flatMap((fact) => (fact.type === "recording-stored" ? [fact] : []));
  const received = () => kit.server.ledger().rtpPackets.received;
  const [from, before, packets] = [one.mark(), stored().length, received()];
  await one.call(ownNumber, recorded);
  // A browser needs a while until its keys are agreed and it has something to say.
  await kit.until("two seconds of it", () => received() - packets >= 100);
  await one.press("#", "info");
  await one.until("ended", from);
  await kit.until("the recording", () => stored().length > before);
  const { bucket, key } = stored()[before] ?? assert.fail("nothing was recorded");
  const { channels } = await readRecording(kit, `${bucket}/${key}`);
  const all = channels[0] ?? assert.fail("the recording has no channel");
  const lengthMs = all.samples.length / 8;
  const said = slicePcm(all, lengthMs - 1_000, lengthMs - 500);
  assert.ok(toneLevelDbfs(said, one.hz) > -30, `${one.hz} Hz at ${toneLevelDbfs(said, one.hz)} dBFS`);
  assert.ok(toneLevelDbfs(said, promptHz) < -60, `the prompt's tone at ${toneLevelDbfs(said, promptHz)} dBFS`);
}

async function playWithPhone(kit: CallKit, one: Softphone): Promise<void> {
  const doorbell = createDoorbell();
  const digits: string[] = [];
  const opened = await kit.openPhone({ onCall: doorbell.take, onDigit: (_call, digit) => void digits.push(digit) });
  const phoneHz = 890;
  try {
    kit.routeTo(opened.phone.address);
    const arrived = doorbell.next();
    await one.call(ownNumber, peerNumber);
    const call = await arrived;
    call.play(tone(phoneHz, 1_000, -20), 60).catch(() => undefined);
    await Promise.all([
      hears(one, { tones: [phoneHz], not: [one.hz] }),
      hears(call, { tones: [one.hz], not: [phoneHz] }),
    ]);
    await one.press("9", "events");
    await kit.until("the key", () => digits.length > 0);
    await one.do("hangUp");
    assert.equal((await call.ended).digits, "9");
  } finally {
    await opened.close();
  }
}
