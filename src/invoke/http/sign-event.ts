import { createHmac } from "node:crypto";

/** The headers by which a receiver knows who sent an event, as Standard Webhooks says: one signature for each secret, so that a new one can be
 * taken while the old one still counts. Without secrets there is no signature.
 * @param secrets `whsec_` and base64
 * @param atMs wall time, epoch milliseconds */
export function signEvent(
  secrets: readonly string[],
  eventId: string,
  body: string,
  atMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const named = { "webhook-id": eventId, "webhook-timestamp": timestamp };
  if (secrets.length === 0) return named;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${eventId}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { ...named, "webhook-signature": signatures.join(" ") };
}
