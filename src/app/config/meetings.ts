import type { RawConfig } from "../settings/configuration.ts";
import type { Report } from "./calls.ts";
import { readUrl } from "./url.ts";
import type { Config } from "./types.ts";

/** `meetings` of the configuration. */
export function resolveMeetings({ meetings }: RawConfig, report: Report): Config["meetings"] {
  const { publicUrl, allowedOrigins, maxMeetings, sampleRate, webhook } = meetings;
  const own = readUrl(publicUrl, ["meetings", "publicUrl"], report);
  const receiver = readUrl(webhook?.url, ["meetings", "webhook", "url"], report);
  if (own !== undefined && (own.search !== "" || own.hash !== "")) {
    report(["meetings", "publicUrl"], `found "${publicUrl}", but it must have no ? and no #: a path is put behind it`);
  }
  if (webhook?.secret !== undefined && webhook.url === undefined) {
    report(["meetings", "webhook"], "there is a secret and no url; meetings.webhook.url says where events are posted");
  }
  return {
    publicUrl: own?.href.replace(/^http/, "ws").replace(/\/$/, ""),
    allowedOrigins: readOrigins(allowedOrigins, report),
    maxMeetings,
    sampleRateHz: sampleRate,
    webhook: receiver && { url: receiver.href, secret: webhook?.secret },
  };
}

/** Host that browsers call this server by, without brackets; undefined when `meetings.publicUrl` names none. */
export function publicHost({ meetings: { publicUrl } }: RawConfig): string | undefined {
  const host = publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl).hostname : "";
  return host === "" ? undefined : host.replace(/^\[(.*)\]$/, "$1");
}

function readOrigins(texts: readonly string[] | undefined, report: Report): readonly string[] | undefined {
  return texts?.map((text, index) => {
    const origin = URL.canParse(text) ? new URL(text).origin : undefined;
    if (origin === text) return text;
    const right = origin === undefined || origin === "null" ? "https://www.example.com" : origin;
    const rule = `it must be scheme, host and port of a page, for example ${right}`;
    report(["meetings", "allowedOrigins", index], `found "${text}", but ${rule}`);
    return text;
  });
}
