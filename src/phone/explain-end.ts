import type { CallEnd } from "../sip/index.ts";

/** How a call ended, as a person says it. */
export function explainEnd(end: CallEnd): string {
  switch (end.type) {
    case "local":
      return "this phone ended it";
    case "bye":
      return "the far end hung up";
    case "cancelled":
      return "the caller gave up";
    case "rejected":
      return `refused with ${end.status} ${end.reason}`.trimEnd();
    case "timeout":
      return "the far end did not respond";
    case "transport":
      return `could not be reached: ${end.message}`;
    case "no-ack":
      return "the caller never acknowledged the answer";
    default:
      return end satisfies never;
  }
}
