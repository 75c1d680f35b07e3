/** What is kept of calls while they are up and afterwards, written in batches off the path of signalling; and what a process owed that is gone. */
export { createJournal, type Journal, type JournalParts } from "./create-journal.ts";
export type { JournalCounts } from "./batch-writer.ts";
export type { EndedLeg } from "./call-legs.ts";
