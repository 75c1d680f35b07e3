/** What this room throws, each with its meaning. Listed in `docs/errors.md`. */
export const sipErrors = {
  SIP_BAD_HEADER:
    "A header given by the caller has an illegal name, a line break in its value, or belongs to the agent.",
  SIP_BAD_URI: "A URI given by the caller cannot stand in a SIP message.",
  SIP_BAD_STATUS: "A refusal was asked for with a status outside 400 to 699.",
  SIP_NOT_LOCATED: "A host name has no address, or the name servers did not tell one in time.",
  SIP_BIND_FAILED: "A listener could not be opened.",
} as const;

/** One of this room's codes. */
export type SipErrorCode = keyof typeof sipErrors;
