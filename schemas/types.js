/** Builders of replies, actions and events: what `offhook/types` declares, at run time.
 * Made by `npm run schemas`; changes here are lost. */

export function reply(actions = [], attributes) {
  const kept = attributes === undefined ? {} : { TransactionAttributes: attributes };
  return { SchemaVersion: "1.0", Actions: actions, ...kept };
}

export function speak(parameters) {
  return { Type: "Speak", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function playAudio(parameters) {
  return { Type: "PlayAudio", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function pause(parameters) {
  return { Type: "Pause", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function hangup(parameters) {
  return { Type: "Hangup", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function playAudioAndGetDigits(parameters) {
  return { Type: "PlayAudioAndGetDigits", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function speakAndGetDigits(parameters) {
  return { Type: "SpeakAndGetDigits", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function receiveDigits(parameters) {
  return { Type: "ReceiveDigits", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function sendDigits(parameters) {
  return { Type: "SendDigits", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function callAndBridge(parameters) {
  return { Type: "CallAndBridge", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function recordAudio(parameters) {
  return { Type: "RecordAudio", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function startCallRecording(parameters) {
  return { Type: "StartCallRecording", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function stopCallRecording(parameters) {
  return { Type: "StopCallRecording", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function pauseCallRecording(parameters) {
  return { Type: "PauseCallRecording", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function resumeCallRecording(parameters) {
  return { Type: "ResumeCallRecording", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function voiceFocus(parameters) {
  return { Type: "VoiceFocus", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function joinChimeMeeting(parameters) {
  return { Type: "JoinChimeMeeting", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function modifyChimeMeetingAttendees(parameters) {
  return { Type: "ModifyChimeMeetingAttendees", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

export function startBotConversation(parameters) {
  return { Type: "StartBotConversation", ...(parameters === undefined ? {} : { Parameters: parameters }) };
}

const leg = {
  CallId: "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03",
  ParticipantTag: "LEG-A",
  To: "+12065550100",
  From: "+15105550101",
  Direction: "Inbound",
  StartTimeInMilliseconds: "1700000000000",
};

export function event(type, { CallDetails, ...members } = {}) {
  return {
    SchemaVersion: "1.0",
    Sequence: 1,
    InvocationEventType: type,
    CallDetails: {
      TransactionId: "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11",
      AwsAccountId: "111122223333",
      AwsRegion: "us-east-1",
      SipRuleId: "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01",
      SipMediaApplicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
      Participants: [{ ...leg, ...(type === "NEW_INBOUND_CALL" ? {} : { Status: "Connected" }) }],
      ...CallDetails,
    },
    ...members,
  };
}
