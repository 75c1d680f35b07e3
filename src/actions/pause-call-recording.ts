import { defineAction } from "../call/index.ts";
import { recordingControl } from "./recording/recording-control.ts";

/** Records a tone and then silence until the recording is resumed. Contract: actions-call-recording-pause */
export const pauseCallRecording = defineAction(recordingControl("PauseCallRecording", "pause-call-recording"));
