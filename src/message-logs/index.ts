/** The logs that operations of the API switch on and off: messages of SIP, and what went wrong between an application and its function, one file a day. */
export { createMessageLogs, type LogSwitches, type MessageLogs, type MessageLogsParts } from "./create-message-logs.ts";
