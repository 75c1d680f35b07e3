import { defineAction } from "../call/index.ts";
import { recordingControl } from "./recording-control.ts";

/** Goes on with a recording that was paused, behind a tone. Contract: actions-call-recording-pause */
export const resumeCallRecording = defineAction(recordingControl("ResumeCallRecording", "resume-call-recording"));
