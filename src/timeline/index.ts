/** What happens in a call in words, one line each: for the timeline of `offhook dev` and for tests of functions. */
export { describeFact, type TimelineEntry } from "./describe-fact.ts";
export { foldRepetitions, type Repetition } from "./fold-repetitions.ts";
