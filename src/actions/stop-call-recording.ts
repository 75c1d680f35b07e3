import { defineAction } from "../call/index.ts";
import { recordingControl } from "./recording/recording-control.ts";

/** Ends the background recording of a leg and has its file delivered; the leg cannot be recorded again. Contract: actions-call-recording-stop */
export const stopCallRecording = defineAction(recordingControl("StopCallRecording", "stop-call-recording"));
