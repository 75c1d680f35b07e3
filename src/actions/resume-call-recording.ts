import { defineAction } from "../call/index.ts";
import { recordingControl } from "./recording/recording-control.ts";

/** Resumes a paused recording, after a tone. Contract: actions-call-recording-pause */
export const resumeCallRecording = defineAction(recordingControl("ResumeCallRecording", "resume-call-recording"));
