/** Admission control: whether one more call is taken. INVITEs, calls of the API and OPTIONS ask it; it decides by the load that it measures. */
export { createAdmission, type AdmissionOptions } from "./create-admission.ts";
export { readDescriptors, whyTooFewDescriptors } from "./descriptors.ts";
export { lowerMainThread, runningThreads } from "./lower-main-thread.ts";
export type { Admission, Closed, Permit } from "./types.ts";
