/** Codes of this room's errors. */
export const historyErrors = {
  HISTORY_UNREADABLE: "The file of a call's history cannot be read.",
  HISTORY_NOT_FOUND: "There is no history of this call in the folder of histories.",
  HISTORY_MALFORMED: "A file is not the history of a call; the message has the line and what is wrong with it.",
  HISTORY_OTHER_VERSION: "The history of a call was written in a form that this version does not read.",
  HISTORY_TOO_LONG: "The history of a call is too long to be read by a server that has calls.",
  HISTORY_BAD_CURSOR: "A page of past calls is asked for behind something that is no end of a page.",
  HISTORY_EMPTY: "The history of a call ends before its first event, so there is nothing to replay.",
} as const;
