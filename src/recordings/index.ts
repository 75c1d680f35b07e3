/** Recordings of calls, from their first sample until their files are in the object store: also after the call, and after the process that made
 * them. */
export { createCallRecordings, type CallRecordings } from "./call-recordings.ts";
export { createCallSounds, type CallSounds, type LegSound } from "./call-sounds.ts";
export { createDeliveries, type Deliveries, type UnstoredRecording } from "./deliveries.ts";
export { findLeftovers, type Leftover } from "./delivery-notes.ts";
