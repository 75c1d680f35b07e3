import { AppError } from "../../kernel/index.ts";
import type { RtpLink } from "./rtp-link.ts";

/** New sessions are refused while every worker is busier than this, so that those it carries keep their audio. */
const BUSY_LIMIT = 0.7;

/** The worker for the next session: of those that have time, the one with the fewest sessions. Throws `MEDIA_OVERLOADED` when none has. */
export function chooseLink<Link extends Pick<RtpLink, "busyShare" | "sessionCount">>(links: readonly Link[]): Link {
  const [link] = links
    .filter((candidate) => candidate.busyShare() <= BUSY_LIMIT)
    .sort((one, other) => one.sessionCount() - other.sessionCount());
  if (link !== undefined) return link;
  const shares = links.map((candidate) => `${Math.round(candidate.busyShare() * 100)} %`).join(", ") || "none runs";
  throw new AppError("MEDIA_OVERLOADED", `the media workers are busy (${shares})`, { retry: "later" });
}
