import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { systemClock, type Logger } from "../kernel/index.ts";
import {
  createMedia,
  createPhone,
  encodeWav,
  summarizeReport,
  type PhoneCall,
  type PhoneCallReport,
} from "../phone/index.ts";
import type { Config, SipAddress } from "../app/index.ts";
import type { Timeline } from "./timeline.ts";

/** Time the test phone rings before it answers, milliseconds. */
const ringMs = 400;
/** Time after which it hangs up by itself, so that a function that never does cannot hold it. */
const longestCallMs = 30_000;

/** A call that should come. */
export interface ExpectedCall {
  /** What came of it, to be asked when the server's side of the call is over; undefined: it never came. */
  report(): Promise<PhoneCallReport | undefined>;
}

/** The phone that development mode calls. */
export interface TestPhone {
  readonly address: SipAddress;
  /** Any number reaches it; this is the one that the first call uses. */
  readonly number: string;
  /** Waits for the next call that comes in. */
  expectCall(): ExpectedCall;
  close(): Promise<void>;
}

/** Starts the test phone on a free loopback port. It answers every call and tells the timeline what it heard. */
export async function createTestPhone(config: Config, log: Logger, timeline: Timeline): Promise<TestPhone> {
  const media = await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log });
  const waiting = new Set<(call: PhoneCall) => void>();
  const phone = await createPhone({
    listen: { transport: "udp", host: "127.0.0.1", port: 0 },
    media,
    greeting: { type: "answer", ringMs },
    clock: systemClock,
    log,
    onCall: (call) => {
      for (const take of waiting) take(call);
      waiting.clear();
      const limit = systemClock.startTimer(longestCallMs, () => {
        timeline.note(
          call.sipCallId,
          "phone",
          `hangs up, since the application did not within ${longestCallMs / 1000} s`,
        );
        call.hangUp();
      });
      void call.ended.then((report) => {
        limit.cancel();
        tell(call, report);
      });
    },
  });

  const tell = (call: PhoneCall, report: PhoneCallReport) => {
    for (const line of summarizeReport(report)) timeline.note(call.sipCallId, "phone", line);
    if (report.heard.samples.length === 0) return;
    const file = join(config.dataFolder, "last-call.wav");
    writeFileSync(file, encodeWav(report.heard));
    timeline.note(call.sipCallId, "phone", `what it heard is in ${relative(process.cwd(), file)}`);
  };

  return {
    address: phone.address,
    number: "+12065550199",
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
    close: async () => {
      await phone.close();
      await media.close();
    },
  };
}
