/** What the contract says of action types. Contract: events-success-midway, events-interrupt,
 * events-leg-leaves-action, actions-answering */
export const tellsAtOnce: ReadonlySet<string> = new Set([
  ...["CallAndBridge", "Hangup", "JoinChimeMeeting", "ModifyChimeMeetingAttendees", "PlayAudioAndGetDigits"],
  ...["RecordAudio", "SpeakAndGetDigits", "StartBotConversation"],
]);
export const isInterruptible: ReadonlySet<string> = new Set(["PlayAudio", "RecordAudio", "Pause", "Speak"]);
/** Ends with ACTION_FAILED when its leg leaves meanwhile. */
export const failsWithLeg: ReadonlySet<string> = new Set([
  ...["PlayAudio", "Speak", "PlayAudioAndGetDigits", "SpeakAndGetDigits", "SendDigits"],
]);
/** Answers an unanswered inbound leg; cannot run on one that was not answered. */
export const answersLeg: ReadonlySet<string> = new Set([
  ...failsWithLeg,
  ...["RecordAudio", "JoinChimeMeeting", "StartBotConversation"],
]);
/** Can run on a meeting. */
export const takesMeeting: ReadonlySet<string> = new Set(["Hangup", "ModifyChimeMeetingAttendees"]);
/** Calls a LEG-B, or joins a meeting as one. */
export const callsPartner: ReadonlySet<string> = new Set(["CallAndBridge", "JoinChimeMeeting"]);
/** Bots are not there yet. */
export const neverWorks: ReadonlySet<string> = new Set(["StartBotConversation"]);
