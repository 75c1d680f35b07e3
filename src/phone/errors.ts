/** Codes that the phone room throws, each with one line of meaning. Listed in `docs/errors.md`. */
export const phoneErrors = {
  PHONE_NOT_ANSWERED: "The call ended before it was answered.",
  PHONE_NEVER_RANG: "The call was answered or ended without a ringing tone before.",
  PHONE_CALL_OVER: "The call ended before the audio or the keys were sent.",
  PHONE_NOT_CHANGED: "The far end did not take a hold, a resumption or other codecs; the call goes on as it was.",
  PHONE_BAD_ADDRESS: "What shall be dialled is neither a telephone number nor a SIP URI that names a host.",
  PHONE_BAD_KEYS: "A key is none of 0-9 * # A-D and no comma.",
  PHONE_BAD_STATUS: "A call was to be refused with a status outside 400 to 699.",
  PHONE_BAD_FILE: "A sound file could not be read or written.",
  PHONE_CLOSED: "The phone is closed.",
} as const;
