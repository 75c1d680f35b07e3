/** Who is let in: one judge of whether a call more is taken, asked by INVITEs, by calls of the API and by OPTIONS. It judges by what hurts. */
export { createAdmission, type AdmissionOptions } from "./create-admission.ts";
export { readDescriptors, whyTooFewDescriptors } from "./descriptors.ts";
export { lowerMainThread } from "./lower-main-thread.ts";
export type { Admission, Closed, Permit } from "./types.ts";
