/** The list of actions. A new action is one file, one line here, one test file and one row in docs/contract/actions.md. */
import type { ActionDefinition } from "../call/index.ts";
import { callAndBridge } from "./call-and-bridge.ts";
import { hangup } from "./hangup.ts";
import { joinChimeMeeting } from "./join-chime-meeting.ts";
import { modifyChimeMeetingAttendees } from "./modify-chime-meeting-attendees.ts";
import { pause } from "./pause.ts";
import { pauseCallRecording } from "./pause-call-recording.ts";
import { playAudioAndGetDigits } from "./play-audio-and-get-digits.ts";
import { playAudio } from "./play-audio.ts";
import { receiveDigits } from "./receive-digits.ts";
import { recordAudio } from "./record-audio.ts";
import { resumeCallRecording } from "./resume-call-recording.ts";
import { sendDigits } from "./send-digits.ts";
import { speakAndGetDigits } from "./speak-and-get-digits.ts";
import { speak } from "./speak.ts";
import { startBotConversation } from "./start-bot-conversation.ts";
import { startCallRecording } from "./start-call-recording.ts";
import { stopCallRecording } from "./stop-call-recording.ts";
import { voiceFocus } from "./voice-focus.ts";

/** All action definitions by `Type`. */
export const actions: ReadonlyMap<string, ActionDefinition> = new Map(
  [
    speak,
    playAudio,
    pause,
    hangup,
    playAudioAndGetDigits,
    speakAndGetDigits,
    receiveDigits,
    sendDigits,
    callAndBridge,
    recordAudio,
    startCallRecording,
    stopCallRecording,
    pauseCallRecording,
    resumeCallRecording,
    voiceFocus,
    joinChimeMeeting,
    modifyChimeMeetingAttendees,
    startBotConversation,
  ].map((definition) => [definition.type, definition]),
);
