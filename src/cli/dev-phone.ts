import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, type Logger } from "../kernel/index.ts";
import {
  createMedia,
  createPhone,
  encodeWav,
  measureSpeech,
  type PhoneCall,
  type PhoneCallReport,
} from "../phone/index.ts";
import type { Config, SipAddress } from "../app/index.ts";
import type { Timeline } from "./timeline.ts";

/** Time the test phone rings before it answers, milliseconds. */
const ringMs = 400;

/** The phone that development mode calls. */
export interface TestPhone {
  readonly address: SipAddress;
  /** Any number reaches it; this is the one that the first call uses. */
  readonly number: string;
  /** The next call that comes in. */
  nextCall(): { readonly call: Promise<PhoneCall>; readonly forget: () => void };
  /** What came of a call; a call that never came was not answered. */
  reportOf(next: ReturnType<TestPhone["nextCall"]>): Promise<PhoneCallReport>;
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
      void call.ended.then((report) => tell(call, report));
    },
  });

  const tell = (call: PhoneCall, report: PhoneCallReport) => {
    timeline.note(call.sipCallId, "phone", describeHeard(report));
    if (report.heard.samples.length === 0) return;
    const file = join(config.dataFolder, "last-call.wav");
    writeFileSync(file, encodeWav(report.heard));
    timeline.note(call.sipCallId, "phone", `what it heard is in ${file}`);
  };

  return {
    address: phone.address,
    number: "+12065550199",
    nextCall: () => {
      let take: (call: PhoneCall) => void = () => undefined;
      const call = new Promise<PhoneCall>((resolve) => (take = resolve));
      waiting.add(take);
      return { call, forget: () => void waiting.delete(take) };
    },
    reportOf: async ({ call, forget }) => {
      const none = {
        end: { type: "timeout" },
        answered: false,
        heard: { samples: new Int16Array(new SharedArrayBuffer(0)) },
        digits: "",
        durationMs: 0,
      } as const;
      const came = await Promise.race([call, Promise.resolve(undefined)]);
      forget();
      return came === undefined ? none : came.ended;
    },
    close: async () => {
      await phone.close();
      await media.close();
    },
  };
}

function describeHeard(report: PhoneCallReport): string {
  if (!report.answered) return `was not answered (${report.end.type})`;
  const { durationMs, speechMs, levelDbfs } = measureSpeech(report.heard);
  const speech =
    levelDbfs === undefined
      ? "only silence"
      : `${(speechMs / 1000).toFixed(1)} s of it speech at ${levelDbfs.toFixed(0)} dBFS`;
  const keys = report.digits === "" ? "no keys" : `keys ${report.digits}`;
  return `heard ${(durationMs / 1000).toFixed(1)} s, ${speech}; ${keys}; ${report.end.type === "bye" ? "the far end hung up" : report.end.type}`;
}
