/** The events that a SIP media application gets, and the replies that it returns.
 * Made by `npm run schemas`; changes here are lost.
 *
 *     import type { SmaEvent, SmaResponse } from "offhook/types";
 *
 *     export async function handler(event: SmaEvent): Promise<SmaResponse> { ... } */

/** What a function returns; null is a reply without actions. */
export type SmaResponse = SmaReply | null;

/** A reply. */
export interface SmaReply {
  readonly SchemaVersion: "1.0";
  /** What shall be done, one after the other, at most 10. Absent, null or empty: nothing changes. */
  readonly Actions?: readonly SmaAction[] | null;
  /** Kept, and shown in every later event. Absent or null: nothing changes; empty: all are cleared. */
  readonly TransactionAttributes?: Readonly<Record<string, unknown>> | null;
}

/** An action; `Type` says which. */
export type SmaAction =
  | SpeakAction
  | PlayAudioAction
  | PauseAction
  | HangupAction
  | PlayAudioAndGetDigitsAction
  | SpeakAndGetDigitsAction
  | ReceiveDigitsAction
  | SendDigitsAction
  | CallAndBridgeAction
  | RecordAudioAction
  | StartCallRecordingAction
  | StopCallRecordingAction
  | PauseCallRecordingAction
  | ResumeCallRecordingAction
  | VoiceFocusAction
  | JoinChimeMeetingAction
  | ModifyChimeMeetingAttendeesAction
  | StartBotConversationAction;

/** Speak as a function sends it. */
export interface SpeakAction {
  readonly Type: "Speak";
  readonly Parameters: SpeakParameters;
}

/** Parameters of Speak. */
export interface SpeakParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** What is said: up to 1,000 characters, plain or as an SSML document. */
  readonly Text: string;
  /** Whether Text is plain or SSML. Default: "text". */
  readonly TextType?: "text" | "ssml";
  /** The engine of Amazon Polly; voices of this server have one. Default: "standard". */
  readonly Engine?: "standard" | "neural" | "long-form" | "generative";
  /** A voice of Amazon Polly. Default: "Joanna". */
  readonly VoiceId?: string;
  /** The language of a voice that has two; default: the voice's own. */
  readonly LanguageCode?: string;
}

/** PlayAudio as a function sends it. */
export interface PlayAudioAction {
  readonly Type: "PlayAudio";
  readonly Parameters: PlayAudioParameters;
}

/** Parameters of PlayAudio. */
export interface PlayAudioParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The file to play. */
  readonly AudioSource: {
    /** Where the file is: always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of a WAV file in it. */
    readonly Key: string;
  };
  /** Keys that stop it. */
  readonly PlaybackTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
  /** How often it is played in all; 0 counts as 1. 0 or more. Default: 1. */
  readonly Repeat?: number | `${number}`;
}

/** Pause as a function sends it. */
export interface PauseAction {
  readonly Type: "Pause";
  readonly Parameters: PauseParameters;
}

/** Parameters of Pause. */
export interface PauseParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** How long. 100 to 30000. */
  readonly DurationInMilliseconds: number | `${number}`;
}

/** Hangup as a function sends it. */
export interface HangupAction {
  readonly Type: "Hangup";
  readonly Parameters?: HangupParameters;
}

/** Parameters of Hangup. */
export interface HangupParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** For a call that was not answered: 480 unavailable, 486 busy. 0: normal. */
  readonly SipResponseCode?: 0 | 480 | 486 | "0" | "480" | "486";
}

/** PlayAudioAndGetDigits as a function sends it. */
export interface PlayAudioAndGetDigitsAction {
  readonly Type: "PlayAudioAndGetDigits";
  readonly Parameters: PlayAudioAndGetDigitsParameters;
}

/** Parameters of PlayAudioAndGetDigits. */
export interface PlayAudioAndGetDigitsParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The prompt of each attempt. */
  readonly AudioSource: {
    /** Where the file is: always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of a WAV file in it. */
    readonly Key: string;
  };
  /** Played after each attempt that failed. */
  readonly FailureAudioSource: {
    /** Where the file is: always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of a WAV file in it. */
    readonly Key: string;
  };
  /** The fewest keys that will do. 0 or more. Default: 0. */
  readonly MinNumberOfDigits?: number | `${number}`;
  /** So many keys end the input. 0 to 128. Default: 128. */
  readonly MaxNumberOfDigits?: number | `${number}`;
  /** Keys that end the input; they are not part of ReceivedDigits. Default: ["#"]. */
  readonly TerminatorDigits?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
  /** All attempts, the first included; 0 counts as 1. 0 or more. Default: 1. */
  readonly Repeat?: number | `${number}`;
  /** Time for the first key, from the end of the prompt. 1 or more. */
  readonly RepeatDurationInMilliseconds: number | `${number}`;
  /** Time for each further key. Default: RepeatDurationInMilliseconds. 1 or more. */
  readonly InBetweenDigitsDurationInMilliseconds?: number | `${number}`;
  /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
  readonly InputDigitsRegex?: string;
}

/** SpeakAndGetDigits as a function sends it. */
export interface SpeakAndGetDigitsAction {
  readonly Type: "SpeakAndGetDigits";
  readonly Parameters: SpeakAndGetDigitsParameters;
}

/** Parameters of SpeakAndGetDigits. */
export interface SpeakAndGetDigitsParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The prompt of each attempt. */
  readonly SpeechParameters: {
    /** What is said: up to 1,000 characters, plain or as an SSML document. */
    readonly Text: string;
    /** Whether Text is plain or SSML. Default: "text". */
    readonly TextType?: "text" | "ssml";
    /** The engine of Amazon Polly; voices of this server have one. Default: "standard". */
    readonly Engine?: "standard" | "neural" | "long-form" | "generative";
    /** A voice of Amazon Polly. Default: "Joanna". */
    readonly VoiceId?: string;
    /** The language of a voice that has two; default: the voice's own. */
    readonly LanguageCode?: string;
  };
  /** Said after each attempt that failed, as SpeechParameters unless it says otherwise. */
  readonly FailureSpeechParameters: {
    /** What is said: up to 1,000 characters, plain or as an SSML document. */
    readonly Text: string;
    /** Whether Text is plain or SSML. */
    readonly TextType?: "text" | "ssml";
    /** The engine of Amazon Polly; voices of this server have one. */
    readonly Engine?: "standard" | "neural" | "long-form" | "generative";
    /** A voice of Amazon Polly. */
    readonly VoiceId?: string;
    /** The language of a voice that has two; default: the voice's own. */
    readonly LanguageCode?: string;
  };
  /** The fewest keys that will do. 0 or more. Default: 0. */
  readonly MinNumberOfDigits?: number | `${number}`;
  /** So many keys end the input. 0 to 128. Default: 128. */
  readonly MaxNumberOfDigits?: number | `${number}`;
  /** Keys that end the input; they are not part of ReceivedDigits. Default: ["#"]. */
  readonly TerminatorDigits?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
  /** All attempts, the first included; 0 counts as 1. 0 or more. Default: 1. */
  readonly Repeat?: number | `${number}`;
  /** Time for the first key, from the end of the prompt. 1 or more. */
  readonly RepeatDurationInMilliseconds: number | `${number}`;
  /** Time for each further key. Default: RepeatDurationInMilliseconds. 1 or more. */
  readonly InBetweenDigitsDurationInMilliseconds?: number | `${number}`;
  /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
  readonly InputDigitsRegex?: string;
}

/** ReceiveDigits as a function sends it. */
export interface ReceiveDigitsAction {
  readonly Type: "ReceiveDigits";
  readonly Parameters: ReceiveDigitsParameters;
}

/** Parameters of ReceiveDigits. */
export interface ReceiveDigitsParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** So much silence after keys that match, and they are told. 1 or more. */
  readonly InBetweenDigitsDurationInMilliseconds: number | `${number}`;
  /** Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds. 1 or more. */
  readonly FlushDigitsDurationInMilliseconds: number | `${number}`;
  /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
  readonly InputDigitsRegex: string;
}

/** SendDigits as a function sends it. */
export interface SendDigitsAction {
  readonly Type: "SendDigits";
  readonly Parameters: SendDigitsParameters;
}

/** Parameters of SendDigits. */
export interface SendDigitsParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The keys to press; a comma is a pause of half a second. */
  readonly Digits: string;
  /** Length of each tone. 50 to 24000. Default: 250. */
  readonly ToneDurationInMilliseconds?: number | `${number}`;
}

/** CallAndBridge as a function sends it. */
export interface CallAndBridgeAction {
  readonly Type: "CallAndBridge";
  readonly Parameters: CallAndBridgeParameters;
}

/** Parameters of CallAndBridge. */
export interface CallAndBridgeParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** Whom to call: exactly one. */
  readonly Endpoints: readonly ({
    /** A telephone number. */
    readonly BridgeEndpointType: "PSTN";
    /** The number to call, E.164; a short one where the trunk takes such. */
    readonly Uri: string;
    /** Not for a telephone number. */
    readonly Arn?: null;
  } | {
    /** A user at a Voice Connector. */
    readonly BridgeEndpointType: "AWS";
    /** The user part of the Request-URI. */
    readonly Uri: string;
    /** The ARN of the Voice Connector or of a group of them. */
    readonly Arn: string;
  } | {
    /** A SIP URI; beyond the original. */
    readonly BridgeEndpointType: "SIP";
    /** A sip: or sips: URI, over UDP, TCP or TLS. */
    readonly Uri: string;
  })[];
  /** The number that the second party sees: one of this server, or the From of LEG-A. */
  readonly CallerIdNumber: string;
  /** How long it may ring. 1 to 120. Default: 30. */
  readonly CallTimeoutSeconds?: number | `${number}`;
  /** What LEG-A hears until the second party answers. */
  readonly RingbackTone?: {
    /** Where the file is: always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of a WAV file in it. */
    readonly Key: string;
  };
  /** Headers of the INVITE: x-*, User-to-User, Diversion. */
  readonly SipHeaders?: Readonly<Record<string, string>>;
}

/** RecordAudio as a function sends it. */
export interface RecordAudioAction {
  readonly Type: "RecordAudio";
  readonly Parameters: RecordAudioParameters;
}

/** Parameters of RecordAudio. */
export interface RecordAudioParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The longest it may take; default: as long as the server allows. 1 or more. */
  readonly DurationInSeconds?: number | `${number}`;
  /** So much silence ends it; default: none does. 1 to 1000. */
  readonly SilenceDurationInSeconds?: number | `${number}`;
  /** How loud silence may be; counts only with SilenceDurationInSeconds. 1 to 1000. Default: 200. */
  readonly SilenceThreshold?: number | `${number}`;
  /** Keys that end it; they are not heard in the file. */
  readonly RecordingTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
  /** Where the file shall be. */
  readonly RecordingDestination: {
    /** Where: always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The folder in it, with or without a slash at its end; default: none. */
    readonly Prefix?: string;
  };
}

/** StartCallRecording as a function sends it. */
export interface StartCallRecordingAction {
  readonly Type: "StartCallRecording";
  readonly Parameters: StartCallRecordingParameters;
}

/** Parameters of StartCallRecording. */
export interface StartCallRecordingParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** INCOMING: what the party says. OUTGOING: what it hears. BOTH: stereo, incoming left, outgoing right. */
  readonly Track: "BOTH" | "INCOMING" | "OUTGOING";
  /** Where the file shall be. */
  readonly Destination: {
    /** Where: always S3. */
    readonly Type: "S3";
    /** The bucket, or bucket/prefix. */
    readonly Location: string;
  };
}

/** StopCallRecording as a function sends it. */
export interface StopCallRecordingAction {
  readonly Type: "StopCallRecording";
  readonly Parameters?: StopCallRecordingParameters;
}

/** Parameters of StopCallRecording. */
export interface StopCallRecordingParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
}

/** PauseCallRecording as a function sends it. */
export interface PauseCallRecordingAction {
  readonly Type: "PauseCallRecording";
  readonly Parameters?: PauseCallRecordingParameters;
}

/** Parameters of PauseCallRecording. */
export interface PauseCallRecordingParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
}

/** ResumeCallRecording as a function sends it. */
export interface ResumeCallRecordingAction {
  readonly Type: "ResumeCallRecording";
  readonly Parameters?: ResumeCallRecordingParameters;
}

/** Parameters of ResumeCallRecording. */
export interface ResumeCallRecordingParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
}

/** VoiceFocus as a function sends it. */
export interface VoiceFocusAction {
  readonly Type: "VoiceFocus";
  readonly Parameters: VoiceFocusParameters;
}

/** Parameters of VoiceFocus. */
export interface VoiceFocusParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** Whether noise shall be suppressed. */
  readonly Enable: boolean | "true" | "True" | "false" | "False";
}

/** JoinChimeMeeting as a function sends it. */
export interface JoinChimeMeetingAction {
  readonly Type: "JoinChimeMeeting";
  readonly Parameters: JoinChimeMeetingParameters;
}

/** Parameters of JoinChimeMeeting. */
export interface JoinChimeMeetingParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The join token of the attendee as whom the caller takes part. */
  readonly JoinToken: string;
  /** The meeting; it must be the one of the token. */
  readonly MeetingId?: string;
}

/** ModifyChimeMeetingAttendees as a function sends it. */
export interface ModifyChimeMeetingAttendeesAction {
  readonly Type: "ModifyChimeMeetingAttendees";
  readonly Parameters: ModifyChimeMeetingAttendeesParameters;
}

/** Parameters of ModifyChimeMeetingAttendees. */
export interface ModifyChimeMeetingAttendeesParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** What to do to the attendees. */
  readonly Operation: "Mute" | "Unmute";
  /** The meeting that the call has joined. */
  readonly MeetingId: string;
  /** The ids of the attendees, all of this meeting and on the telephone. */
  readonly AttendeeList: readonly (string)[];
}

/** StartBotConversation as a function sends it. */
export interface StartBotConversationAction {
  readonly Type: "StartBotConversation";
  readonly Parameters: StartBotConversationParameters;
}

/** Parameters of StartBotConversation. */
export interface StartBotConversationParameters {
  /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
  readonly CallId?: string;
  /** The leg that is meant. Without it and CallId, the leg that the event is about. */
  readonly ParticipantTag?: "LEG-A" | "LEG-B";
  /** The ARN of the bot's alias. */
  readonly BotAliasArn: string;
  /** The language of the bot. Default: "en_US". */
  readonly LocaleId?: string;
  /** How the conversation begins. */
  readonly Configuration?: {
    /** The state that the bot begins with. */
    readonly SessionState?: {
      /** Attributes of the session, time limits among them. */
      readonly SessionAttributes?: Readonly<Record<string, string>>;
      /** How the conversation begins. */
      readonly DialogAction?: {
        /** What the bot does next. */
        readonly Type: "Delegate" | "ElicitIntent";
      };
    };
    /** What the bot says first; DialogAction.Type must be ElicitIntent. */
    readonly WelcomeMessages?: readonly ({
      /** What the bot says. */
      readonly Content: string;
      /** Whether Content is plain or SSML. */
      readonly ContentType: "PlainText" | "SSML";
    })[];
  };
}

/** One leg of a call. */
export interface Participant {
  /** The leg's id, a UUID. */
  readonly CallId: string;
  /** LEG-A is the first leg of the call. */
  readonly ParticipantTag: "LEG-A" | "LEG-B";
  /** Who is called: E.164, or the user part of a SIP address. */
  readonly To: string;
  /** Who calls. */
  readonly From: string;
  /** Inbound: towards the application. */
  readonly Direction: "Inbound" | "Outbound";
  /** When the leg began: epoch milliseconds, as text. */
  readonly StartTimeInMilliseconds: string;
  /** Absent until the leg was answered or ended. */
  readonly Status?: "Connected" | "Disconnected";
  /** x-*, User-to-User and Diversion of the leg's own INVITE. */
  readonly SipHeaders?: Readonly<Record<string, string>>;
}

/** The call of an event. */
export interface CallDetails {
  /** The call: the same from its first to its last event. */
  readonly TransactionId: string;
  /** As the function stored them; absent when there are none. */
  readonly TransactionAttributes?: Readonly<Record<string, unknown>>;
  /** The account, 12 digits. */
  readonly AwsAccountId: string;
  /** The region of the application. */
  readonly AwsRegion: string;
  /** The rule that matched, of an inbound call. */
  readonly SipRuleId?: string;
  /** The application. */
  readonly SipMediaApplicationId: string;
  /** The same, by the name that examples of the guide have. */
  readonly SipApplicationId?: string;
  /** LEG-A, then LEG-B if there is one. */
  readonly Participants: readonly [Participant, Participant?];
}

/** Somebody calls. The first action decides. */
export interface NewInboundCallEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "NEW_INBOUND_CALL";
  readonly CallDetails: CallDetails;
}

/** The API was asked for a call. Actions are ignored, attributes are kept. */
export interface NewOutboundCallEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "NEW_OUTBOUND_CALL";
  readonly ActionData?: CallCreateRequest;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of NEW_OUTBOUND_CALL. */
export interface CallCreateRequest {
  /** The request. */
  readonly Type: "CallCreateRequest";
  /** What it brought. */
  readonly Parameters: {
    /** What the API was given, texts by name. */
    readonly Arguments: Readonly<Record<string, string>>;
  };
}

/** The called party rings. Actions are ignored. */
export interface RingingEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "RINGING";
  readonly CallDetails: CallDetails;
}

/** The called party answered. */
export interface CallAnsweredEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "CALL_ANSWERED";
  readonly CallDetails: CallDetails;
}

/** An action, or the last of the list, is done. */
export interface ActionSuccessfulEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "ACTION_SUCCESSFUL";
  readonly ActionData: ActionSuccessfulEventData;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface SpeakSuccess {
  /** The action. */
  readonly Type: "Speak";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** What is said: up to 1,000 characters, plain or as an SSML document. */
    readonly Text: string;
    /** Whether Text is plain or SSML. */
    readonly TextType: "text" | "ssml";
    /** The engine of Amazon Polly; voices of this server have one. */
    readonly Engine: "standard" | "neural" | "long-form" | "generative";
    /** A voice of Amazon Polly. */
    readonly VoiceId: string;
    /** The language of a voice that has two; default: the voice's own. */
    readonly LanguageCode?: string;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface PlayAudioSuccess {
  /** The action. */
  readonly Type: "PlayAudio";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The file to play. */
    readonly AudioSource: {
      /** Where the file is: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The key of a WAV file in it. */
      readonly Key: string;
    };
    /** Keys that stop it. */
    readonly PlaybackTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** How often it is played in all; 0 counts as 1. */
    readonly Repeat: number;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface PauseSuccess {
  /** The action. */
  readonly Type: "Pause";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** How long. */
    readonly DurationInMilliseconds: number;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface HangupSuccess {
  /** The action. */
  readonly Type: "Hangup";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** For a call that was not answered: 480 unavailable, 486 busy. 0: normal. */
    readonly SipResponseCode?: 0 | 480 | 486;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface PlayAudioAndGetDigitsSuccess {
  /** The action. */
  readonly Type: "PlayAudioAndGetDigits";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The prompt of each attempt. */
    readonly AudioSource: {
      /** Where the file is: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The key of a WAV file in it. */
      readonly Key: string;
    };
    /** Played after each attempt that failed. */
    readonly FailureAudioSource: {
      /** Where the file is: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The key of a WAV file in it. */
      readonly Key: string;
    };
    /** The fewest keys that will do. */
    readonly MinNumberOfDigits: number;
    /** So many keys end the input. */
    readonly MaxNumberOfDigits: number;
    /** Keys that end the input; they are not part of ReceivedDigits. */
    readonly TerminatorDigits?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** All attempts, the first included; 0 counts as 1. */
    readonly Repeat: number;
    /** Time for the first key, from the end of the prompt. */
    readonly RepeatDurationInMilliseconds: number;
    /** Time for each further key. Default: RepeatDurationInMilliseconds. */
    readonly InBetweenDigitsDurationInMilliseconds: number;
    /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
    readonly InputDigitsRegex?: string;
  };
  /** The keys, without the terminator; absent when none was pressed until time was up, and that is good. */
  readonly ReceivedDigits?: string;
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface SpeakAndGetDigitsSuccess {
  /** The action. */
  readonly Type: "SpeakAndGetDigits";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The prompt of each attempt. */
    readonly SpeechParameters: {
      /** What is said: up to 1,000 characters, plain or as an SSML document. */
      readonly Text: string;
      /** Whether Text is plain or SSML. */
      readonly TextType: "text" | "ssml";
      /** The engine of Amazon Polly; voices of this server have one. */
      readonly Engine: "standard" | "neural" | "long-form" | "generative";
      /** A voice of Amazon Polly. */
      readonly VoiceId: string;
      /** The language of a voice that has two; default: the voice's own. */
      readonly LanguageCode?: string;
    };
    /** Said after each attempt that failed, as SpeechParameters unless it says otherwise. */
    readonly FailureSpeechParameters: {
      /** What is said: up to 1,000 characters, plain or as an SSML document. */
      readonly Text: string;
      /** Whether Text is plain or SSML. */
      readonly TextType?: "text" | "ssml";
      /** The engine of Amazon Polly; voices of this server have one. */
      readonly Engine?: "standard" | "neural" | "long-form" | "generative";
      /** A voice of Amazon Polly. */
      readonly VoiceId?: string;
      /** The language of a voice that has two; default: the voice's own. */
      readonly LanguageCode?: string;
    };
    /** The fewest keys that will do. */
    readonly MinNumberOfDigits: number;
    /** So many keys end the input. */
    readonly MaxNumberOfDigits: number;
    /** Keys that end the input; they are not part of ReceivedDigits. */
    readonly TerminatorDigits?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** All attempts, the first included; 0 counts as 1. */
    readonly Repeat: number;
    /** Time for the first key, from the end of the prompt. */
    readonly RepeatDurationInMilliseconds: number;
    /** Time for each further key. Default: RepeatDurationInMilliseconds. */
    readonly InBetweenDigitsDurationInMilliseconds: number;
    /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
    readonly InputDigitsRegex?: string;
  };
  /** The keys, without the terminator; absent when none was pressed until time was up, and that is good. */
  readonly ReceivedDigits?: string;
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface ReceiveDigitsSuccess {
  /** The action. */
  readonly Type: "ReceiveDigits";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** So much silence after keys that match, and they are told. */
    readonly InBetweenDigitsDurationInMilliseconds: number;
    /** Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds. */
    readonly FlushDigitsDurationInMilliseconds: number;
    /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
    readonly InputDigitsRegex: string;
  };
  /** The keys that were told; none yet when it begins to listen. */
  readonly ReceivedDigits: string;
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface SendDigitsSuccess {
  /** The action. */
  readonly Type: "SendDigits";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The keys to press; a comma is a pause of half a second. */
    readonly Digits: string;
    /** Length of each tone. */
    readonly ToneDurationInMilliseconds: number;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface CallAndBridgeSuccess {
  /** The action. */
  readonly Type: "CallAndBridge";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** Whom to call: exactly one. */
    readonly Endpoints: readonly ({
      /** A telephone number. */
      readonly BridgeEndpointType: "PSTN";
      /** The number to call, E.164; a short one where the trunk takes such. */
      readonly Uri: string;
      /** Not for a telephone number. */
      readonly Arn?: null;
    } | {
      /** A user at a Voice Connector. */
      readonly BridgeEndpointType: "AWS";
      /** The user part of the Request-URI. */
      readonly Uri: string;
      /** The ARN of the Voice Connector or of a group of them. */
      readonly Arn: string;
    } | {
      /** A SIP URI; beyond the original. */
      readonly BridgeEndpointType: "SIP";
      /** A sip: or sips: URI, over UDP, TCP or TLS. */
      readonly Uri: string;
    })[];
    /** The number that the second party sees: one of this server, or the From of LEG-A. */
    readonly CallerIdNumber: string;
    /** How long it may ring. */
    readonly CallTimeoutSeconds: number;
    /** What LEG-A hears until the second party answers. */
    readonly RingbackTone?: {
      /** Where the file is: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The key of a WAV file in it. */
      readonly Key: string;
    };
    /** Headers of the INVITE: x-*, User-to-User, Diversion. */
    readonly SipHeaders?: Readonly<Record<string, string>>;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface RecordAudioSuccess {
  /** The action. */
  readonly Type: "RecordAudio";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The longest it may take; default: as long as the server allows. */
    readonly DurationInSeconds?: number;
    /** So much silence ends it; default: none does. */
    readonly SilenceDurationInSeconds?: number;
    /** How loud silence may be; counts only with SilenceDurationInSeconds. */
    readonly SilenceThreshold?: number;
    /** Keys that end it; they are not heard in the file. */
    readonly RecordingTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** Where the file shall be. */
    readonly RecordingDestination: {
      /** Where: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The folder in it, with or without a slash at its end; default: none. */
      readonly Prefix?: string;
    };
  };
  /** Where the file is. */
  readonly RecordingDestination: {
    /** Always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of the WAV file. */
    readonly Key: string;
  };
  /** The key that ended it, when one did. */
  readonly RecordingTerminatorUsed?: string;
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface StartCallRecordingSuccess {
  /** The action. */
  readonly Type: "StartCallRecording";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** INCOMING: what the party says. OUTGOING: what it hears. BOTH: stereo, incoming left, outgoing right. */
    readonly Track: "BOTH" | "INCOMING" | "OUTGOING";
    /** Where the file shall be. */
    readonly Destination: {
      /** Where: always S3. */
      readonly Type: "S3";
      /** The bucket, or bucket/prefix. */
      readonly Location: string;
    };
  };
  /** Where the file will be. */
  readonly CallRecordingDestination: {
    /** Where: always S3. */
    readonly Type: "S3";
    /** The bucket and the key. */
    readonly Location: string;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface StopCallRecordingSuccess {
  /** The action. */
  readonly Type: "StopCallRecording";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface PauseCallRecordingSuccess {
  /** The action. */
  readonly Type: "PauseCallRecording";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface ResumeCallRecordingSuccess {
  /** The action. */
  readonly Type: "ResumeCallRecording";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface VoiceFocusSuccess {
  /** The action. */
  readonly Type: "VoiceFocus";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** Whether noise shall be suppressed. */
    readonly Enable: boolean;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface JoinChimeMeetingSuccess {
  /** The action. */
  readonly Type: "JoinChimeMeeting";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The join token of the attendee as whom the caller takes part. */
    readonly JoinToken: string;
    /** The meeting; it must be the one of the token. */
    readonly MeetingId?: string;
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface ModifyChimeMeetingAttendeesSuccess {
  /** The action. */
  readonly Type: "ModifyChimeMeetingAttendees";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** What to do to the attendees. */
    readonly Operation: "Mute" | "Unmute";
    /** The meeting that the call has joined. */
    readonly MeetingId: string;
    /** The ids of the attendees, all of this meeting and on the telephone. */
    readonly AttendeeList: readonly (string)[];
  };
}

/** `ActionData` of ACTION_SUCCESSFUL. */
export interface StartBotConversationSuccess {
  /** The action. */
  readonly Type: "StartBotConversation";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The ARN of the bot's alias. */
    readonly BotAliasArn: string;
    /** The language of the bot. */
    readonly LocaleId: string;
    /** How the conversation begins. */
    readonly Configuration?: {
      /** The state that the bot begins with. */
      readonly SessionState?: {
        /** Attributes of the session, time limits among them. */
        readonly SessionAttributes?: Readonly<Record<string, string>>;
        /** How the conversation begins. */
        readonly DialogAction?: {
          /** What the bot does next. */
          readonly Type: "Delegate" | "ElicitIntent";
        };
      };
      /** What the bot says first; DialogAction.Type must be ElicitIntent. */
      readonly WelcomeMessages?: readonly ({
        /** What the bot says. */
        readonly Content: string;
        /** Whether Content is plain or SSML. */
        readonly ContentType: "PlainText" | "SSML";
      })[];
    };
  };
}

/** `ActionData` of ACTION_SUCCESSFUL; `Type` says which. */
export type ActionSuccessfulEventData =
  | SpeakSuccess
  | PlayAudioSuccess
  | PauseSuccess
  | HangupSuccess
  | PlayAudioAndGetDigitsSuccess
  | SpeakAndGetDigitsSuccess
  | ReceiveDigitsSuccess
  | SendDigitsSuccess
  | CallAndBridgeSuccess
  | RecordAudioSuccess
  | StartCallRecordingSuccess
  | StopCallRecordingSuccess
  | PauseCallRecordingSuccess
  | ResumeCallRecordingSuccess
  | VoiceFocusSuccess
  | JoinChimeMeetingSuccess
  | ModifyChimeMeetingAttendeesSuccess
  | StartBotConversationSuccess;

/** An action failed; those behind it do not run. Parameters are as they were sent. */
export interface ActionFailedEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "ACTION_FAILED";
  readonly ActionData: ActionFailure;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of ACTION_FAILED. */
export interface ActionFailure {
  /** The action. */
  readonly Type: "Speak" | "PlayAudio" | "Pause" | "Hangup" | "PlayAudioAndGetDigits" | "SpeakAndGetDigits" | "ReceiveDigits" | "SendDigits" | "CallAndBridge" | "RecordAudio" | "StartCallRecording" | "StopCallRecording" | "PauseCallRecording" | "ResumeCallRecording" | "VoiceFocus" | "JoinChimeMeeting" | "ModifyChimeMeetingAttendees" | "StartBotConversation";
  /** As they were sent. */
  readonly Parameters: Readonly<Record<string, unknown>>;
  /** What went wrong, one word. */
  readonly ErrorType: string;
  /** The same for people. */
  readonly ErrorMessage: string;
  /** Both in one, with some errors. */
  readonly Error?: string;
  /** Attendees that are wrong, of ModifyChimeMeetingAttendees. */
  readonly ErrorList?: readonly (string)[];
}

/** A new list stopped an action. The reply is ignored. */
export interface ActionInterruptedEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "ACTION_INTERRUPTED";
  readonly ActionData: ActionInterruptedEventData;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of ACTION_INTERRUPTED. */
export interface SpeakInterruption {
  /** The action. */
  readonly Type: "Speak";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** What is said: up to 1,000 characters, plain or as an SSML document. */
    readonly Text: string;
    /** Whether Text is plain or SSML. */
    readonly TextType: "text" | "ssml";
    /** The engine of Amazon Polly; voices of this server have one. */
    readonly Engine: "standard" | "neural" | "long-form" | "generative";
    /** A voice of Amazon Polly. */
    readonly VoiceId: string;
    /** The language of a voice that has two; default: the voice's own. */
    readonly LanguageCode?: string;
  };
}

/** `ActionData` of ACTION_INTERRUPTED. */
export interface PlayAudioInterruption {
  /** The action. */
  readonly Type: "PlayAudio";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The file to play. */
    readonly AudioSource: {
      /** Where the file is: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The key of a WAV file in it. */
      readonly Key: string;
    };
    /** Keys that stop it. */
    readonly PlaybackTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** How often it is played in all; 0 counts as 1. */
    readonly Repeat: number;
  };
}

/** `ActionData` of ACTION_INTERRUPTED. */
export interface PauseInterruption {
  /** The action. */
  readonly Type: "Pause";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** How long. */
    readonly DurationInMilliseconds: number;
  };
}

/** `ActionData` of ACTION_INTERRUPTED. */
export interface RecordAudioInterruption {
  /** The action. */
  readonly Type: "RecordAudio";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** The longest it may take; default: as long as the server allows. */
    readonly DurationInSeconds?: number;
    /** So much silence ends it; default: none does. */
    readonly SilenceDurationInSeconds?: number;
    /** How loud silence may be; counts only with SilenceDurationInSeconds. */
    readonly SilenceThreshold?: number;
    /** Keys that end it; they are not heard in the file. */
    readonly RecordingTerminators?: readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[];
    /** Where the file shall be. */
    readonly RecordingDestination: {
      /** Where: always S3. */
      readonly Type: "S3";
      /** The bucket. */
      readonly BucketName: string;
      /** The folder in it, with or without a slash at its end; default: none. */
      readonly Prefix?: string;
    };
  };
  /** Where the file is. */
  readonly RecordingDestination?: {
    /** Always S3. */
    readonly Type: "S3";
    /** The bucket. */
    readonly BucketName: string;
    /** The key of the WAV file. */
    readonly Key: string;
  };
  /** The key that ended it, when one did. */
  readonly RecordingTerminatorUsed?: string;
}

/** `ActionData` of ACTION_INTERRUPTED; `Type` says which. */
export type ActionInterruptedEventData =
  | SpeakInterruption
  | PlayAudioInterruption
  | PauseInterruption
  | RecordAudioInterruption;

/** Keys that a ReceiveDigits asked for. */
export interface DigitsReceivedEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "DIGITS_RECEIVED";
  readonly ActionData: ReceiveDigitsInput;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of DIGITS_RECEIVED. */
export interface ReceiveDigitsInput {
  /** The action. */
  readonly Type: "ReceiveDigits";
  /** As they were sent, with defaults. */
  readonly Parameters: {
    /** The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag. */
    readonly CallId?: string;
    /** The leg that is meant. Without it and CallId, the leg that the event is about. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
    /** So much silence after keys that match, and they are told. */
    readonly InBetweenDigitsDurationInMilliseconds: number;
    /** Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds. */
    readonly FlushDigitsDurationInMilliseconds: number;
    /** A regular expression that must be found in the keys; anywhere in them unless it has ^ and $. */
    readonly InputDigitsRegex: string;
  };
  /** The keys that were told; none yet when it begins to listen. */
  readonly ReceivedDigits: string;
}

/** The API was asked to update the call. New actions replace the list. */
export interface CallUpdateRequestedEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "CALL_UPDATE_REQUESTED";
  readonly ActionData: CallUpdateRequest;
  readonly CallDetails: CallDetails;
}

/** `ActionData` of CALL_UPDATE_REQUESTED. */
export interface CallUpdateRequest {
  /** The request. */
  readonly Type: "CallUpdateRequest";
  /** What it brought. */
  readonly Parameters: {
    /** What the API was given, texts by name. */
    readonly Arguments: Readonly<Record<string, string>>;
  };
}

/** A leg ended. */
export interface HangupEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "HANGUP";
  readonly ActionData: LegEnd;
  readonly CallDetails: CallDetails;
  /** Only there, and true, when a server that is gone may have told it before. */
  readonly PossiblyRepeated?: boolean;
}

/** `ActionData` of HANGUP. */
export interface LegEnd {
  /** Always Hangup. */
  readonly Type: "Hangup";
  /** The leg that ended. */
  readonly Parameters: {
    /** 0: normal. 480: no answer, unavailable. 486: busy. Absent when a Hangup named none. */
    readonly SipResponseCode?: number;
    /** The leg's id, a UUID. */
    readonly CallId: string;
    /** LEG-A is the first leg of the call. */
    readonly ParticipantTag: "LEG-A" | "LEG-B";
  };
}

/** The reply before could not be used. */
export interface InvalidLambdaResponseEvent {
  readonly SchemaVersion: "1.0";
  /** 1 for the first event of a call, one more for each further. */
  readonly Sequence: number;
  readonly InvocationEventType: "INVALID_LAMBDA_RESPONSE";
  readonly CallDetails: CallDetails;
  /** What went wrong, one word. */
  readonly ErrorType: string;
  /** The same for people. */
  readonly ErrorMessage: string;
}

/** An event; `InvocationEventType` says which. */
export type SmaEvent =
  | NewInboundCallEvent
  | NewOutboundCallEvent
  | RingingEvent
  | CallAnsweredEvent
  | ActionSuccessfulEvent
  | ActionFailedEvent
  | ActionInterruptedEvent
  | DigitsReceivedEvent
  | CallUpdateRequestedEvent
  | HangupEvent
  | InvalidLambdaResponseEvent;

/** A reply with these actions, one after the other. `attributes`: kept for later events; absent: those that are kept stay. */
export function reply(actions?: readonly SmaAction[], attributes?: Readonly<Record<string, unknown>>): SmaReply;

/** The action Speak: `{ Type: "Speak", Parameters: parameters }`. */
export function speak(parameters: SpeakParameters): SpeakAction;

/** The action PlayAudio: `{ Type: "PlayAudio", Parameters: parameters }`. */
export function playAudio(parameters: PlayAudioParameters): PlayAudioAction;

/** The action Pause: `{ Type: "Pause", Parameters: parameters }`. */
export function pause(parameters: PauseParameters): PauseAction;

/** The action Hangup: `{ Type: "Hangup", Parameters: parameters }`. */
export function hangup(parameters?: HangupParameters): HangupAction;

/** The action PlayAudioAndGetDigits: `{ Type: "PlayAudioAndGetDigits", Parameters: parameters }`. */
export function playAudioAndGetDigits(parameters: PlayAudioAndGetDigitsParameters): PlayAudioAndGetDigitsAction;

/** The action SpeakAndGetDigits: `{ Type: "SpeakAndGetDigits", Parameters: parameters }`. */
export function speakAndGetDigits(parameters: SpeakAndGetDigitsParameters): SpeakAndGetDigitsAction;

/** The action ReceiveDigits: `{ Type: "ReceiveDigits", Parameters: parameters }`. */
export function receiveDigits(parameters: ReceiveDigitsParameters): ReceiveDigitsAction;

/** The action SendDigits: `{ Type: "SendDigits", Parameters: parameters }`. */
export function sendDigits(parameters: SendDigitsParameters): SendDigitsAction;

/** The action CallAndBridge: `{ Type: "CallAndBridge", Parameters: parameters }`. */
export function callAndBridge(parameters: CallAndBridgeParameters): CallAndBridgeAction;

/** The action RecordAudio: `{ Type: "RecordAudio", Parameters: parameters }`. */
export function recordAudio(parameters: RecordAudioParameters): RecordAudioAction;

/** The action StartCallRecording: `{ Type: "StartCallRecording", Parameters: parameters }`. */
export function startCallRecording(parameters: StartCallRecordingParameters): StartCallRecordingAction;

/** The action StopCallRecording: `{ Type: "StopCallRecording", Parameters: parameters }`. */
export function stopCallRecording(parameters?: StopCallRecordingParameters): StopCallRecordingAction;

/** The action PauseCallRecording: `{ Type: "PauseCallRecording", Parameters: parameters }`. */
export function pauseCallRecording(parameters?: PauseCallRecordingParameters): PauseCallRecordingAction;

/** The action ResumeCallRecording: `{ Type: "ResumeCallRecording", Parameters: parameters }`. */
export function resumeCallRecording(parameters?: ResumeCallRecordingParameters): ResumeCallRecordingAction;

/** The action VoiceFocus: `{ Type: "VoiceFocus", Parameters: parameters }`. */
export function voiceFocus(parameters: VoiceFocusParameters): VoiceFocusAction;

/** The action JoinChimeMeeting: `{ Type: "JoinChimeMeeting", Parameters: parameters }`. */
export function joinChimeMeeting(parameters: JoinChimeMeetingParameters): JoinChimeMeetingAction;

/** The action ModifyChimeMeetingAttendees: `{ Type: "ModifyChimeMeetingAttendees", Parameters: parameters }`. */
export function modifyChimeMeetingAttendees(parameters: ModifyChimeMeetingAttendeesParameters): ModifyChimeMeetingAttendeesAction;

/** The action StartBotConversation: `{ Type: "StartBotConversation", Parameters: parameters }`. */
export function startBotConversation(parameters: StartBotConversationParameters): StartBotConversationAction;

/** An event as it could come, for tests: members that are not given are those of some call. Exact events, as the server sends them, are
 * those of `sampleEvent` in `offhook/testing`. */
export function event<Type extends SmaEvent["InvocationEventType"]>(
type: Type,
members?: Partial<Omit<Extract<SmaEvent, { InvocationEventType: Type }>, "CallDetails">> & { readonly CallDetails?: Partial<CallDetails> },
): Extract<SmaEvent, { InvocationEventType: Type }>;
