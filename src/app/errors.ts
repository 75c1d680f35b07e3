/** Codes of this room's errors. */
export const appErrors = {
  APP_BAD_CERTIFICATES: "A file of sip.tls or api.tls is missing, or is no certificate, or no key of it.",
  APP_BAD_CONFIG: "The configuration is missing or wrong; the message has every problem with its place, one a line.",
  APP_HOST_NOT_FOUND:
    "A host name in a session description has no address of the wanted family, or one that is advertised has none, or the name server did not answer in time.",
  APP_RULE_CONFLICT: "A configured rule cannot be created: a rule made through the API holds its trigger.",
  APP_START_GIVEN_UP: "The user stopped the server before it had started.",
} as const;
