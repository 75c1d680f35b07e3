"""The events that a SIP media application gets, and the replies that it returns, as typed dictionaries.

Made by npm run schemas; changes here are lost.

    from offhook_types import SmaEvent, SmaReply

    def handler(event: SmaEvent, context: object) -> SmaReply: ...
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union


class SpeakParameters(TypedDict, total=False):
    """Parameters of Speak."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Text: str
    """What is said: up to 1,000 characters, plain or as an SSML document."""

    TextType: Literal["text", "ssml"]
    """Whether Text is plain or SSML."""

    Engine: Literal["standard", "neural", "long-form", "generative"]
    """The engine of Amazon Polly; voices of this server have one."""

    VoiceId: str
    """A voice of Amazon Polly."""

    LanguageCode: str
    """The language of a voice that has two; default: the voice's own."""


class SpeakAction(TypedDict, total=False):
    """Speak as a function sends it."""

    Type: Literal["Speak"]
    Parameters: SpeakParameters


class PlayAudioParametersAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioParameters(TypedDict, total=False):
    """Parameters of PlayAudio."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    AudioSource: PlayAudioParametersAudioSource
    """The file to play."""

    PlaybackTerminators: List[str]
    """Keys that stop it."""

    Repeat: int
    """How often it is played in all; 0 counts as 1."""


class PlayAudioAction(TypedDict, total=False):
    """PlayAudio as a function sends it."""

    Type: Literal["PlayAudio"]
    Parameters: PlayAudioParameters


class PauseParameters(TypedDict, total=False):
    """Parameters of Pause."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    DurationInMilliseconds: int
    """How long."""


class PauseAction(TypedDict, total=False):
    """Pause as a function sends it."""

    Type: Literal["Pause"]
    Parameters: PauseParameters


class HangupParameters(TypedDict, total=False):
    """Parameters of Hangup."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    SipResponseCode: Literal[0, 480, 486]
    """For a call that was not answered: 480 unavailable, 486 busy. 0: normal."""


class HangupAction(TypedDict, total=False):
    """Hangup as a function sends it."""

    Type: Literal["Hangup"]
    Parameters: HangupParameters


class PlayAudioAndGetDigitsParametersAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsParametersFailureAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsParameters(TypedDict, total=False):
    """Parameters of PlayAudioAndGetDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    AudioSource: PlayAudioAndGetDigitsParametersAudioSource
    """The prompt of each attempt."""

    FailureAudioSource: PlayAudioAndGetDigitsParametersFailureAudioSource
    """Played after each attempt that failed."""

    MinNumberOfDigits: int
    """The fewest keys that will do."""

    MaxNumberOfDigits: int
    """So many keys end the input."""

    TerminatorDigits: List[str]
    """Keys that end the input; they are not part of ReceivedDigits."""

    Repeat: int
    """All attempts, the first included; 0 counts as 1."""

    RepeatDurationInMilliseconds: int
    """Time for the first key, from the end of the prompt."""

    InBetweenDigitsDurationInMilliseconds: int
    """Time for each further key. Default: RepeatDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class PlayAudioAndGetDigitsAction(TypedDict, total=False):
    """PlayAudioAndGetDigits as a function sends it."""

    Type: Literal["PlayAudioAndGetDigits"]
    Parameters: PlayAudioAndGetDigitsParameters


class SpeakAndGetDigitsParametersSpeechParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: str


class SpeakAndGetDigitsParametersFailureSpeechParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: str


class SpeakAndGetDigitsParameters(TypedDict, total=False):
    """Parameters of SpeakAndGetDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    SpeechParameters: SpeakAndGetDigitsParametersSpeechParameters
    """The prompt of each attempt."""

    FailureSpeechParameters: SpeakAndGetDigitsParametersFailureSpeechParameters
    """Said after each attempt that failed, as SpeechParameters unless it says otherwise."""

    MinNumberOfDigits: int
    """The fewest keys that will do."""

    MaxNumberOfDigits: int
    """So many keys end the input."""

    TerminatorDigits: List[str]
    """Keys that end the input; they are not part of ReceivedDigits."""

    Repeat: int
    """All attempts, the first included; 0 counts as 1."""

    RepeatDurationInMilliseconds: int
    """Time for the first key, from the end of the prompt."""

    InBetweenDigitsDurationInMilliseconds: int
    """Time for each further key. Default: RepeatDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class SpeakAndGetDigitsAction(TypedDict, total=False):
    """SpeakAndGetDigits as a function sends it."""

    Type: Literal["SpeakAndGetDigits"]
    Parameters: SpeakAndGetDigitsParameters


class ReceiveDigitsParameters(TypedDict, total=False):
    """Parameters of ReceiveDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    InBetweenDigitsDurationInMilliseconds: int
    """So much silence after keys that match, and they are told."""

    FlushDigitsDurationInMilliseconds: int
    """Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class ReceiveDigitsAction(TypedDict, total=False):
    """ReceiveDigits as a function sends it."""

    Type: Literal["ReceiveDigits"]
    Parameters: ReceiveDigitsParameters


class SendDigitsParameters(TypedDict, total=False):
    """Parameters of SendDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Digits: str
    """The keys to press; a comma is a pause of half a second."""

    ToneDurationInMilliseconds: int
    """Length of each tone."""


class SendDigitsAction(TypedDict, total=False):
    """SendDigits as a function sends it."""

    Type: Literal["SendDigits"]
    Parameters: SendDigitsParameters


class CallAndBridgeParametersEndpointsItem(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["PSTN"]
    Uri: str
    Arn: Literal[None, ""]


class CallAndBridgeParametersEndpointsItem2(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["AWS"]
    Uri: str
    Arn: str


class CallAndBridgeParametersEndpointsItem3(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["SIP"]
    Uri: str


class CallAndBridgeParametersRingbackTone(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class CallAndBridgeParameters(TypedDict, total=False):
    """Parameters of CallAndBridge."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Endpoints: List[Union[CallAndBridgeParametersEndpointsItem, CallAndBridgeParametersEndpointsItem2, CallAndBridgeParametersEndpointsItem3]]
    """Whom to call: exactly one."""

    CallerIdNumber: str
    """The number that the second party sees: one of this server, or the From of LEG-A."""

    CallTimeoutSeconds: int
    """How long it may ring."""

    RingbackTone: CallAndBridgeParametersRingbackTone
    """What LEG-A hears until the second party answers."""

    SipHeaders: Dict[str, str]
    """Headers of the INVITE: x-*, User-to-User, Diversion."""


class CallAndBridgeAction(TypedDict, total=False):
    """CallAndBridge as a function sends it."""

    Type: Literal["CallAndBridge"]
    Parameters: CallAndBridgeParameters


class RecordAudioParametersRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Prefix: str


class RecordAudioParameters(TypedDict, total=False):
    """Parameters of RecordAudio."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    DurationInSeconds: int
    """The longest it may take; default: as long as the server allows."""

    SilenceDurationInSeconds: float
    """So much silence ends it; default: none does."""

    SilenceThreshold: int
    """How loud silence may be; counts only with SilenceDurationInSeconds."""

    RecordingTerminators: List[str]
    """Keys that end it; they are not heard in the file."""

    RecordingDestination: RecordAudioParametersRecordingDestination
    """Where the file shall be."""


class RecordAudioAction(TypedDict, total=False):
    """RecordAudio as a function sends it."""

    Type: Literal["RecordAudio"]
    Parameters: RecordAudioParameters


class StartCallRecordingParametersDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class StartCallRecordingParameters(TypedDict, total=False):
    """Parameters of StartCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Track: Literal["BOTH", "INCOMING", "OUTGOING"]
    """INCOMING: what the party says. OUTGOING: what it hears. BOTH: stereo, incoming left, outgoing right."""

    Destination: StartCallRecordingParametersDestination
    """Where the file shall be."""


class StartCallRecordingAction(TypedDict, total=False):
    """StartCallRecording as a function sends it."""

    Type: Literal["StartCallRecording"]
    Parameters: StartCallRecordingParameters


class StopCallRecordingParameters(TypedDict, total=False):
    """Parameters of StopCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class StopCallRecordingAction(TypedDict, total=False):
    """StopCallRecording as a function sends it."""

    Type: Literal["StopCallRecording"]
    Parameters: StopCallRecordingParameters


class PauseCallRecordingParameters(TypedDict, total=False):
    """Parameters of PauseCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class PauseCallRecordingAction(TypedDict, total=False):
    """PauseCallRecording as a function sends it."""

    Type: Literal["PauseCallRecording"]
    Parameters: PauseCallRecordingParameters


class ResumeCallRecordingParameters(TypedDict, total=False):
    """Parameters of ResumeCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class ResumeCallRecordingAction(TypedDict, total=False):
    """ResumeCallRecording as a function sends it."""

    Type: Literal["ResumeCallRecording"]
    Parameters: ResumeCallRecordingParameters


class VoiceFocusParameters(TypedDict, total=False):
    """Parameters of VoiceFocus."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Enable: bool
    """Whether noise shall be suppressed."""


class VoiceFocusAction(TypedDict, total=False):
    """VoiceFocus as a function sends it."""

    Type: Literal["VoiceFocus"]
    Parameters: VoiceFocusParameters


class JoinChimeMeetingParameters(TypedDict, total=False):
    """Parameters of JoinChimeMeeting."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    JoinToken: str
    """The join token of the attendee as whom the caller takes part."""

    MeetingId: str
    """The meeting; it must be the one of the token."""


class JoinChimeMeetingAction(TypedDict, total=False):
    """JoinChimeMeeting as a function sends it."""

    Type: Literal["JoinChimeMeeting"]
    Parameters: JoinChimeMeetingParameters


class ModifyChimeMeetingAttendeesParameters(TypedDict, total=False):
    """Parameters of ModifyChimeMeetingAttendees."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    Operation: Literal["Mute", "Unmute"]
    """What to do to the attendees."""

    MeetingId: str
    """The meeting that the call has joined."""

    AttendeeList: List[str]
    """The ids of the attendees, all of this meeting and on the telephone."""


class ModifyChimeMeetingAttendeesAction(TypedDict, total=False):
    """ModifyChimeMeetingAttendees as a function sends it."""

    Type: Literal["ModifyChimeMeetingAttendees"]
    Parameters: ModifyChimeMeetingAttendeesParameters


class StartBotConversationParametersConfigurationSessionStateDialogAction(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["Delegate", "ElicitIntent"]


class StartBotConversationParametersConfigurationSessionState(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionAttributes: Dict[str, str]
    DialogAction: StartBotConversationParametersConfigurationSessionStateDialogAction


class StartBotConversationParametersConfigurationWelcomeMessagesItem(TypedDict, total=False):
    """A part of an event or a reply."""

    Content: str
    ContentType: Literal["PlainText", "SSML"]


class StartBotConversationParametersConfiguration(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionState: StartBotConversationParametersConfigurationSessionState
    WelcomeMessages: List[StartBotConversationParametersConfigurationWelcomeMessagesItem]


class StartBotConversationParameters(TypedDict, total=False):
    """Parameters of StartBotConversation."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    BotAliasArn: str
    """The ARN of the bot's alias."""

    LocaleId: str
    """The language of the bot."""

    Configuration: StartBotConversationParametersConfiguration
    """How the conversation begins."""


class StartBotConversationAction(TypedDict, total=False):
    """StartBotConversation as a function sends it."""

    Type: Literal["StartBotConversation"]
    Parameters: StartBotConversationParameters


SmaAction = Union[
    SpeakAction,
    PlayAudioAction,
    PauseAction,
    HangupAction,
    PlayAudioAndGetDigitsAction,
    SpeakAndGetDigitsAction,
    ReceiveDigitsAction,
    SendDigitsAction,
    CallAndBridgeAction,
    RecordAudioAction,
    StartCallRecordingAction,
    StopCallRecordingAction,
    PauseCallRecordingAction,
    ResumeCallRecordingAction,
    VoiceFocusAction,
    JoinChimeMeetingAction,
    ModifyChimeMeetingAttendeesAction,
    StartBotConversationAction,
]


class SmaReply(TypedDict, total=False):
    """A reply: what shall be done, and what is kept for later events."""

    SchemaVersion: Literal["1.0"]
    Actions: Optional[List[SmaAction]]
    TransactionAttributes: Optional[Dict[str, Any]]


class CallDetailsParticipantsItem(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: str
    ParticipantTag: Literal["LEG-A", "LEG-B"]
    To: str
    From: str
    Direction: Literal["Inbound", "Outbound"]
    StartTimeInMilliseconds: str
    Status: Literal["Connected", "Disconnected"]
    SipHeaders: Dict[str, str]


class CallDetails(TypedDict, total=False):
    """The call of an event."""

    TransactionId: str
    """The call: the same from its first to its last event."""

    TransactionAttributes: Dict[str, Any]
    """As the function stored them; absent when there are none."""

    AwsAccountId: str
    """The account, 12 digits."""

    AwsRegion: str
    """The region of the application."""

    SipRuleId: str
    """The rule that matched, of an inbound call."""

    SipMediaApplicationId: str
    """The application."""

    SipApplicationId: str
    """The same, by the name that examples of the guide have."""

    Participants: List[CallDetailsParticipantsItem]
    """LEG-A, then LEG-B if there is one."""


class NewInboundCallEvent(TypedDict, total=False):
    """Somebody calls. The first action decides."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["NEW_INBOUND_CALL"]
    CallDetails: CallDetails


class CallCreateRequestParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Arguments: Dict[str, str]


class CallCreateRequest(TypedDict, total=False):
    """ActionData of NEW_OUTBOUND_CALL."""

    Type: Literal["CallCreateRequest"]
    """The request."""

    Parameters: CallCreateRequestParameters
    """What it brought."""


class NewOutboundCallEvent(TypedDict, total=False):
    """The API was asked for a call. Actions are ignored, attributes are kept."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["NEW_OUTBOUND_CALL"]
    ActionData: CallCreateRequest
    CallDetails: CallDetails


class RingingEvent(TypedDict, total=False):
    """The called party rings. Actions are ignored."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["RINGING"]
    CallDetails: CallDetails


class CallAnsweredEvent(TypedDict, total=False):
    """The called party answered."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["CALL_ANSWERED"]
    CallDetails: CallDetails


class SpeakSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Speak"]
    """The action."""

    Parameters: SpeakSuccessParameters
    """As they were sent, with defaults."""


class PlayAudioSuccessParametersAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioSuccessParametersAudioSource
    PlaybackTerminators: Union[List[str], Literal[None, ""]]
    Repeat: int


class PlayAudioSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PlayAudio"]
    """The action."""

    Parameters: PlayAudioSuccessParameters
    """As they were sent, with defaults."""


class PauseSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInMilliseconds: int


class PauseSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Pause"]
    """The action."""

    Parameters: PauseSuccessParameters
    """As they were sent, with defaults."""


class HangupSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    SipResponseCode: Union[Literal[0, 480, 486], Literal[None, ""]]


class HangupSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Hangup"]
    """The action."""

    Parameters: HangupSuccessParameters
    """As they were sent, with defaults."""


class PlayAudioAndGetDigitsSuccessParametersAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsSuccessParametersFailureAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioAndGetDigitsSuccessParametersAudioSource
    FailureAudioSource: PlayAudioAndGetDigitsSuccessParametersFailureAudioSource
    MinNumberOfDigits: int
    MaxNumberOfDigits: int
    TerminatorDigits: List[str]
    Repeat: int
    RepeatDurationInMilliseconds: int
    InBetweenDigitsDurationInMilliseconds: int
    InputDigitsRegex: Union[str, Literal[None, ""]]


class PlayAudioAndGetDigitsSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PlayAudioAndGetDigits"]
    """The action."""

    Parameters: PlayAudioAndGetDigitsSuccessParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys, without the terminator; absent when none was pressed until time was up, and that is good."""


class SpeakAndGetDigitsSuccessParametersSpeechParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakAndGetDigitsSuccessParametersFailureSpeechParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Text: str
    TextType: Union[Literal["text", "ssml"], Literal[None, ""]]
    Engine: Union[Literal["standard", "neural", "long-form", "generative"], Literal[None, ""]]
    VoiceId: Union[str, Literal[None, ""]]
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakAndGetDigitsSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    SpeechParameters: SpeakAndGetDigitsSuccessParametersSpeechParameters
    FailureSpeechParameters: SpeakAndGetDigitsSuccessParametersFailureSpeechParameters
    MinNumberOfDigits: int
    MaxNumberOfDigits: int
    TerminatorDigits: List[str]
    Repeat: int
    RepeatDurationInMilliseconds: int
    InBetweenDigitsDurationInMilliseconds: int
    InputDigitsRegex: Union[str, Literal[None, ""]]


class SpeakAndGetDigitsSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["SpeakAndGetDigits"]
    """The action."""

    Parameters: SpeakAndGetDigitsSuccessParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys, without the terminator; absent when none was pressed until time was up, and that is good."""


class ReceiveDigitsSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    InBetweenDigitsDurationInMilliseconds: int
    FlushDigitsDurationInMilliseconds: int
    InputDigitsRegex: str


class ReceiveDigitsSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ReceiveDigits"]
    """The action."""

    Parameters: ReceiveDigitsSuccessParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys that were told; none yet when it begins to listen."""


class SendDigitsSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Digits: str
    ToneDurationInMilliseconds: int


class SendDigitsSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["SendDigits"]
    """The action."""

    Parameters: SendDigitsSuccessParameters
    """As they were sent, with defaults."""


class CallAndBridgeSuccessParametersEndpointsItem(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["PSTN"]
    Uri: str
    Arn: Literal[None, ""]


class CallAndBridgeSuccessParametersEndpointsItem2(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["AWS"]
    Uri: str
    Arn: str


class CallAndBridgeSuccessParametersEndpointsItem3(TypedDict, total=False):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["SIP"]
    Uri: str


class CallAndBridgeSuccessParametersRingbackTone(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class CallAndBridgeSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Endpoints: List[Union[CallAndBridgeSuccessParametersEndpointsItem, CallAndBridgeSuccessParametersEndpointsItem2, CallAndBridgeSuccessParametersEndpointsItem3]]
    CallerIdNumber: str
    CallTimeoutSeconds: int
    RingbackTone: Union[CallAndBridgeSuccessParametersRingbackTone, Literal[None, ""]]
    SipHeaders: Union[Dict[str, str], Literal[None, ""]]


class CallAndBridgeSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["CallAndBridge"]
    """The action."""

    Parameters: CallAndBridgeSuccessParameters
    """As they were sent, with defaults."""


class RecordAudioSuccessParametersRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Prefix: Union[str, Literal[None, ""]]


class RecordAudioSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInSeconds: Union[int, Literal[None, ""]]
    SilenceDurationInSeconds: Union[float, Literal[None, ""]]
    SilenceThreshold: int
    RecordingTerminators: Union[List[str], Literal[None, ""]]
    RecordingDestination: RecordAudioSuccessParametersRecordingDestination


class RecordAudioSuccessRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class RecordAudioSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["RecordAudio"]
    """The action."""

    Parameters: RecordAudioSuccessParameters
    """As they were sent, with defaults."""

    RecordingDestination: RecordAudioSuccessRecordingDestination
    """Where the file is."""

    RecordingTerminatorUsed: str
    """The key that ended it, when one did."""


class StartCallRecordingSuccessParametersDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class StartCallRecordingSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Track: Literal["BOTH", "INCOMING", "OUTGOING"]
    Destination: StartCallRecordingSuccessParametersDestination


class StartCallRecordingSuccessCallRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class StartCallRecordingSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StartCallRecording"]
    """The action."""

    Parameters: StartCallRecordingSuccessParameters
    """As they were sent, with defaults."""

    CallRecordingDestination: StartCallRecordingSuccessCallRecordingDestination
    """Where the file will be."""


class StopCallRecordingSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class StopCallRecordingSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StopCallRecording"]
    """The action."""

    Parameters: StopCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class PauseCallRecordingSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class PauseCallRecordingSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PauseCallRecording"]
    """The action."""

    Parameters: PauseCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class ResumeCallRecordingSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class ResumeCallRecordingSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ResumeCallRecording"]
    """The action."""

    Parameters: ResumeCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class VoiceFocusSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Enable: bool


class VoiceFocusSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["VoiceFocus"]
    """The action."""

    Parameters: VoiceFocusSuccessParameters
    """As they were sent, with defaults."""


class JoinChimeMeetingSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    JoinToken: str
    MeetingId: Union[str, Literal[None, ""]]


class JoinChimeMeetingSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["JoinChimeMeeting"]
    """The action."""

    Parameters: JoinChimeMeetingSuccessParameters
    """As they were sent, with defaults."""


class ModifyChimeMeetingAttendeesSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Operation: Literal["Mute", "Unmute"]
    MeetingId: str
    AttendeeList: List[str]


class ModifyChimeMeetingAttendeesSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ModifyChimeMeetingAttendees"]
    """The action."""

    Parameters: ModifyChimeMeetingAttendeesSuccessParameters
    """As they were sent, with defaults."""


class StartBotConversationSuccessParametersConfigurationSessionStateDialogAction(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["Delegate", "ElicitIntent"]


class StartBotConversationSuccessParametersConfigurationSessionState(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionAttributes: Union[Dict[str, str], Literal[None, ""]]
    DialogAction: Union[StartBotConversationSuccessParametersConfigurationSessionStateDialogAction, Literal[None, ""]]


class StartBotConversationSuccessParametersConfigurationWelcomeMessagesItem(TypedDict, total=False):
    """A part of an event or a reply."""

    Content: str
    ContentType: Literal["PlainText", "SSML"]


class StartBotConversationSuccessParametersConfiguration(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionState: Union[StartBotConversationSuccessParametersConfigurationSessionState, Literal[None, ""]]
    WelcomeMessages: Union[List[StartBotConversationSuccessParametersConfigurationWelcomeMessagesItem], Literal[None, ""]]


class StartBotConversationSuccessParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    BotAliasArn: str
    LocaleId: str
    Configuration: Union[StartBotConversationSuccessParametersConfiguration, Literal[None, ""]]


class StartBotConversationSuccess(TypedDict, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StartBotConversation"]
    """The action."""

    Parameters: StartBotConversationSuccessParameters
    """As they were sent, with defaults."""


class ActionSuccessfulEvent(TypedDict, total=False):
    """An action, or the last of the list, is done."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_SUCCESSFUL"]
    ActionData: Union[SpeakSuccess, PlayAudioSuccess, PauseSuccess, HangupSuccess, PlayAudioAndGetDigitsSuccess, SpeakAndGetDigitsSuccess, ReceiveDigitsSuccess, SendDigitsSuccess, CallAndBridgeSuccess, RecordAudioSuccess, StartCallRecordingSuccess, StopCallRecordingSuccess, PauseCallRecordingSuccess, ResumeCallRecordingSuccess, VoiceFocusSuccess, JoinChimeMeetingSuccess, ModifyChimeMeetingAttendeesSuccess, StartBotConversationSuccess]
    CallDetails: CallDetails


class ActionFailure(TypedDict, total=False):
    """ActionData of ACTION_FAILED."""

    Type: Literal["Speak", "PlayAudio", "Pause", "Hangup", "PlayAudioAndGetDigits", "SpeakAndGetDigits", "ReceiveDigits", "SendDigits", "CallAndBridge", "RecordAudio", "StartCallRecording", "StopCallRecording", "PauseCallRecording", "ResumeCallRecording", "VoiceFocus", "JoinChimeMeeting", "ModifyChimeMeetingAttendees", "StartBotConversation"]
    """The action."""

    Parameters: Dict[str, Any]
    """As they were sent."""

    ErrorType: str
    """What went wrong, one word."""

    ErrorMessage: str
    """The same for people."""

    Error: str
    """Both in one, with some errors."""

    ErrorList: List[str]
    """Attendees that are wrong, of ModifyChimeMeetingAttendees."""


class ActionFailedEvent(TypedDict, total=False):
    """An action failed; those behind it do not run. Parameters are as they were sent."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_FAILED"]
    ActionData: ActionFailure
    CallDetails: CallDetails


class SpeakInterruptionParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakInterruption(TypedDict, total=False):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["Speak"]
    """The action."""

    Parameters: SpeakInterruptionParameters
    """As they were sent, with defaults."""


class PlayAudioInterruptionParametersAudioSource(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioInterruptionParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioInterruptionParametersAudioSource
    PlaybackTerminators: Union[List[str], Literal[None, ""]]
    Repeat: int


class PlayAudioInterruption(TypedDict, total=False):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["PlayAudio"]
    """The action."""

    Parameters: PlayAudioInterruptionParameters
    """As they were sent, with defaults."""


class PauseInterruptionParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInMilliseconds: int


class PauseInterruption(TypedDict, total=False):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["Pause"]
    """The action."""

    Parameters: PauseInterruptionParameters
    """As they were sent, with defaults."""


class RecordAudioInterruptionParametersRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Prefix: Union[str, Literal[None, ""]]


class RecordAudioInterruptionParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInSeconds: Union[int, Literal[None, ""]]
    SilenceDurationInSeconds: Union[float, Literal[None, ""]]
    SilenceThreshold: int
    RecordingTerminators: Union[List[str], Literal[None, ""]]
    RecordingDestination: RecordAudioInterruptionParametersRecordingDestination


class RecordAudioInterruptionRecordingDestination(TypedDict, total=False):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class RecordAudioInterruption(TypedDict, total=False):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["RecordAudio"]
    """The action."""

    Parameters: RecordAudioInterruptionParameters
    """As they were sent, with defaults."""

    RecordingDestination: RecordAudioInterruptionRecordingDestination
    """Where the file is."""

    RecordingTerminatorUsed: str
    """The key that ended it, when one did."""


class ActionInterruptedEvent(TypedDict, total=False):
    """A new list stopped an action. The reply is ignored."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_INTERRUPTED"]
    ActionData: Union[SpeakInterruption, PlayAudioInterruption, PauseInterruption, RecordAudioInterruption]
    CallDetails: CallDetails


class ReceiveDigitsInputParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    InBetweenDigitsDurationInMilliseconds: int
    FlushDigitsDurationInMilliseconds: int
    InputDigitsRegex: str


class ReceiveDigitsInput(TypedDict, total=False):
    """ActionData of DIGITS_RECEIVED."""

    Type: Literal["ReceiveDigits"]
    """The action."""

    Parameters: ReceiveDigitsInputParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys that were told; none yet when it begins to listen."""


class DigitsReceivedEvent(TypedDict, total=False):
    """Keys that a ReceiveDigits asked for."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["DIGITS_RECEIVED"]
    ActionData: ReceiveDigitsInput
    CallDetails: CallDetails


class CallUpdateRequestParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    Arguments: Dict[str, str]


class CallUpdateRequest(TypedDict, total=False):
    """ActionData of CALL_UPDATE_REQUESTED."""

    Type: Literal["CallUpdateRequest"]
    """The request."""

    Parameters: CallUpdateRequestParameters
    """What it brought."""


class CallUpdateRequestedEvent(TypedDict, total=False):
    """The API was asked to update the call. New actions replace the list."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["CALL_UPDATE_REQUESTED"]
    ActionData: CallUpdateRequest
    CallDetails: CallDetails


class LegEndParameters(TypedDict, total=False):
    """A part of an event or a reply."""

    SipResponseCode: int
    CallId: str
    ParticipantTag: Literal["LEG-A", "LEG-B"]


class LegEnd(TypedDict, total=False):
    """ActionData of HANGUP."""

    Type: Literal["Hangup"]
    """Always Hangup."""

    Parameters: LegEndParameters
    """The leg that ended."""


class HangupEvent(TypedDict, total=False):
    """A leg ended."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["HANGUP"]
    ActionData: LegEnd
    CallDetails: CallDetails
    PossiblyRepeated: bool


class InvalidLambdaResponseEvent(TypedDict, total=False):
    """The reply before could not be used."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["INVALID_LAMBDA_RESPONSE"]
    CallDetails: CallDetails
    ErrorType: str
    ErrorMessage: str


SmaEvent = Union[
    NewInboundCallEvent,
    NewOutboundCallEvent,
    RingingEvent,
    CallAnsweredEvent,
    ActionSuccessfulEvent,
    ActionFailedEvent,
    ActionInterruptedEvent,
    DigitsReceivedEvent,
    CallUpdateRequestedEvent,
    HangupEvent,
    InvalidLambdaResponseEvent,
]
