/** The history room: what happens in a call is kept as the inputs of its machine, and can be run again without a network. */
export { createMeetingHistories, type MeetingHistories } from "./meeting-histories.ts";
export { createHistoryStore, type HistoryStore, type HistoryStoreOptions } from "./create-history-store.ts";
export type { Difference } from "./differences.ts";
export { historyErrors } from "./errors.ts";
export type { History } from "./format.ts";
export {
  hasLadder,
  listLadders,
  readLadder,
  readLadderFile,
  type Ladder,
  type ListedCall,
} from "./ladder/read-ladder.ts";
export { ladderRows, ownPartyName, type LadderRow } from "./ladder/rows.ts";
export type { LadderLine, LadderMessage, LadderRefusal } from "./ladder/ladder-line.ts";
export { findText, type TextFound } from "./past/find-text.ts";
export { refusedFolder } from "./ladder/refused-calls.ts";
export { createPastCalls } from "./past/past-calls.ts";
export type { PastCall, PastCallRecord, PastCalls, PastInvocation, PastPage, RefusedQuery } from "./past/types.ts";
export { historyPath, readPastHistory } from "./past/read-past-history.ts";
export { describeTimeline, type Timeline, type TimelineEntry } from "./past/timeline.ts";
export { createHistoryPrinter, type HistoryPrinter } from "./print-history.ts";
export { parseHistory, readHistoryFile } from "./read-history.ts";
export { createTextRedactor, type TextRedactor } from "./text-redactor.ts";
export { replyRedaction } from "./reply-redaction.ts";
export {
  replayHistory,
  walkHistory,
  type EngineReport,
  type Invocation,
  type InvocationReport,
  type ReplayOptions,
  type ReplayReport,
  type WalkedStep,
} from "./replay-history.ts";
