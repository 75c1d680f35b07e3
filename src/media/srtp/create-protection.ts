import { createCounterProtection } from "./counter-protection.ts";
import { createGcmProtection } from "./gcm-protection.ts";
import { srtpProfiles, type SrtpKeys } from "./profile.ts";
import type { PacketProtection } from "./protection.ts";
import { deriveSessionKeys } from "./session-keys.ts";

/** Makes the protection of one end. */
export function createProtection(keys: SrtpKeys): PacketProtection {
  const form = srtpProfiles[keys.profile];
  const [rtp, rtcp] = [deriveSessionKeys(keys, "rtp"), deriveSessionKeys(keys, "rtcp")];
  return form.isAead ? createGcmProtection(rtp, rtcp) : createCounterProtection(rtp, rtcp, form);
}
