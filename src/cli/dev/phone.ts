import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { usualTransport } from "../../sip-syntax/index.ts";
import { systemClock, type Logger, type Timer } from "../../kernel/index.ts";
import {
  createMedia,
  createPhone,
  encodeWav,
  summarizeReport,
  type PhoneCall,
  type PhoneCallReport,
} from "../../phone/index.ts";
import type { Config, SipAddress } from "../../app/index.ts";
import type { Timeline } from "../timeline/timeline.ts";

/** Time the test phone rings before it answers, milliseconds. */
const ringMs = 400;
/** Time after the answer or its last key after which it hangs up by itself, so that a function that never does cannot hold it. */
const patienceMs = 60_000;

/** The number of the test phone. */
const testNumber = "+12065550199";

/** A call that should come. */
export interface ExpectedCall {
  /** The call, once the server's side has ended; undefined: it never came. */
  report(): Promise<PhoneCallReport | undefined>;
}

/** The phone that development mode calls. */
export interface TestPhone {
  readonly address: SipAddress;
  /** Any number reaches it; this is the one that the first call uses. */
  readonly number: string;
  /** Waits for the next call that comes in. */
  expectCall(): ExpectedCall;
  /** Calls a SIP URI. */
  dial(uri: string): ExpectedCall;
  /** Presses a key in the call that it dialled or, without one, in the one that came in. Does nothing when there is none. */
  pressKey(key: string): void;
  /** Ends the same call that `pressKey` means. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Starts the test phone on a free loopback port. It answers every call, dials, and tells the timeline what it heard. */
export async function createTestPhone(config: Config, log: Logger, timeline: Timeline): Promise<TestPhone> {
  const host = config.sip.listeners.every((one) => one.host.includes(":")) ? "::1" : "127.0.0.1";
  const media = await createMedia({ address: host, portRange: { min: 0, max: 0 }, log });
  const waiting = new Set<(call: PhoneCall) => void>();
  /** Calls that are up, each with the timer that ends it. */
  const live = new Map<PhoneCall, Timer>();
  const phone = await createPhone({
    listen: { transport: usualTransport.name, host, port: 0 },
    media,
    greeting: { type: "answer", ringMs },
    clock: systemClock,
    log,
    onCall: (call) => {
      for (const take of waiting) take(call);
      waiting.clear();
      follow(call);
    },
  });

  /** Reports how a call goes, and ends it when nobody else does. */
  const follow = (call: PhoneCall) => {
    const isFarEnd = call.direction === "incoming" && [...live.keys()].some(isDialled);
    const file = join(config.dataFolder, isFarEnd ? "last-far-end.wav" : "last-call.wav");
    bePatient(call);
    void call.ended.then((report) => {
      live.get(call)?.cancel();
      live.delete(call);
      tell(call, report, file);
    });
  };

  /** Starts the timer of the call anew. */
  const bePatient = (call: PhoneCall) => {
    live.get(call)?.cancel();
    const timer = systemClock.startTimer(patienceMs, () => giveUp(call));
    live.set(call, timer);
  };

  /** The call that keys are for. */
  const current = () => {
    const calls = [...live.keys()];
    return calls.find(isDialled) ?? calls.at(-1);
  };

  const giveUp = (call: PhoneCall) => {
    const text = `hangs up: no key for ${patienceMs / 1000} s, and the application did not`;
    timeline.note(call.sipCallId, "phone", text);
    call.hangUp();
  };

  const tell = (call: PhoneCall, report: PhoneCallReport, file: string) => {
    for (const line of summarizeReport(report)) timeline.note(call.sipCallId, "phone", line);
    if (report.heard.samples.length === 0) return;
    writeFileSync(file, encodeWav(report.heard));
    timeline.note(call.sipCallId, "phone", `what it heard is in ${relative(process.cwd(), file)}`);
  };

  return {
    address: phone.address,
    number: testNumber,
    expectCall: () => {
      let came: PhoneCall | undefined;
      const take = (call: PhoneCall) => (came = call);
      waiting.add(take);
      return {
        report: async () => {
          waiting.delete(take);
          return came?.ended;
        },
      };
    },
    dial: (uri) => {
      const call = phone.dial(uri, { from: testNumber });
      follow(call);
      return { report: () => call.ended };
    },
    pressKey: (key) => {
      const call = current();
      if (call === undefined) return;
      bePatient(call);
      call.pressKeys(key).then(
        () => timeline.note(call.sipCallId, "phone", `pressed ${key}`),
        () => undefined, // the call ended before
      );
    },
    hangUp: () => current()?.hangUp(),
    close: async () => {
      await phone.close();
      await media.close();
    },
  };
}

function isDialled(call: PhoneCall): boolean {
  return call.direction === "outgoing";
}
