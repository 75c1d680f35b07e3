import type { SipAddress } from "../../src/app/index.ts";

/** The called number says which text is spoken. */
export const speechNumbers = {
  short: "+12065550110",
  long: "+12065550111",
  sentence: "+12065550112",
  cached: "+12065550113",
} as const;

/** What the server process of the speech figure says of itself when started. */
export interface SpeechServerFacts {
  readonly sip: SipAddress;
  /** The file in which the function notes who called and when it replied (`process.hrtime`, nanoseconds). */
  readonly replyTimes: string;
}
