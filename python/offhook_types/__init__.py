"""The events that a SIP media application gets, and the replies that it returns, as typed dictionaries.

Made by npm run schemas; changes here are lost.

    from offhook_types import SmaEvent, SmaReply

    def handler(event: SmaEvent, context: object) -> SmaReply: ...
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union


class _SpeakParametersAlways(TypedDict):
    """Parameters of Speak."""

    Text: str
    """What is said: up to 1,000 characters, plain or as an SSML document."""


class SpeakParameters(_SpeakParametersAlways, total=False):
    """Parameters of Speak."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    TextType: Literal["text", "ssml"]
    """Whether Text is plain or SSML."""

    Engine: Literal["standard", "neural", "long-form", "generative"]
    """The engine of Amazon Polly; voices of this server have one."""

    VoiceId: str
    """A voice of Amazon Polly."""

    LanguageCode: str
    """The language of a voice that has two; default: the voice's own."""


class SpeakAction(TypedDict):
    """Speak as a function sends it."""

    Type: Literal["Speak"]
    Parameters: SpeakParameters


class PlayAudioParametersAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _PlayAudioParametersAlways(TypedDict):
    """Parameters of PlayAudio."""

    AudioSource: PlayAudioParametersAudioSource
    """The file to play."""


class PlayAudioParameters(_PlayAudioParametersAlways, total=False):
    """Parameters of PlayAudio."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    PlaybackTerminators: List[str]
    """Keys that stop it."""

    Repeat: int
    """How often it is played in all; 0 counts as 1."""


class PlayAudioAction(TypedDict):
    """PlayAudio as a function sends it."""

    Type: Literal["PlayAudio"]
    Parameters: PlayAudioParameters


class _PauseParametersAlways(TypedDict):
    """Parameters of Pause."""

    DurationInMilliseconds: int
    """How long."""


class PauseParameters(_PauseParametersAlways, total=False):
    """Parameters of Pause."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class PauseAction(TypedDict):
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


class _HangupActionAlways(TypedDict):
    """Hangup as a function sends it."""

    Type: Literal["Hangup"]


class HangupAction(_HangupActionAlways, total=False):
    """Hangup as a function sends it."""

    Parameters: HangupParameters


class PlayAudioAndGetDigitsParametersAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsParametersFailureAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _PlayAudioAndGetDigitsParametersAlways(TypedDict):
    """Parameters of PlayAudioAndGetDigits."""

    AudioSource: PlayAudioAndGetDigitsParametersAudioSource
    """The prompt of each attempt."""

    FailureAudioSource: PlayAudioAndGetDigitsParametersFailureAudioSource
    """Played after each attempt that failed."""

    RepeatDurationInMilliseconds: int
    """Time for the first key, from the end of the prompt."""


class PlayAudioAndGetDigitsParameters(_PlayAudioAndGetDigitsParametersAlways, total=False):
    """Parameters of PlayAudioAndGetDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    MinNumberOfDigits: int
    """The fewest keys that will do."""

    MaxNumberOfDigits: int
    """So many keys end the input."""

    TerminatorDigits: List[str]
    """Keys that end the input; they are not part of ReceivedDigits."""

    Repeat: int
    """All attempts, the first included; 0 counts as 1."""

    InBetweenDigitsDurationInMilliseconds: int
    """Time for each further key. Default: RepeatDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class PlayAudioAndGetDigitsAction(TypedDict):
    """PlayAudioAndGetDigits as a function sends it."""

    Type: Literal["PlayAudioAndGetDigits"]
    Parameters: PlayAudioAndGetDigitsParameters


class _SpeakAndGetDigitsParametersSpeechParametersAlways(TypedDict):
    """A part of an event or a reply."""

    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str


class SpeakAndGetDigitsParametersSpeechParameters(_SpeakAndGetDigitsParametersSpeechParametersAlways, total=False):
    """A part of an event or a reply."""

    LanguageCode: str


class _SpeakAndGetDigitsParametersFailureSpeechParametersAlways(TypedDict):
    """A part of an event or a reply."""

    Text: str


class SpeakAndGetDigitsParametersFailureSpeechParameters(_SpeakAndGetDigitsParametersFailureSpeechParametersAlways, total=False):
    """A part of an event or a reply."""

    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str
    LanguageCode: str


class _SpeakAndGetDigitsParametersAlways(TypedDict):
    """Parameters of SpeakAndGetDigits."""

    SpeechParameters: SpeakAndGetDigitsParametersSpeechParameters
    """The prompt of each attempt."""

    FailureSpeechParameters: SpeakAndGetDigitsParametersFailureSpeechParameters
    """Said after each attempt that failed, as SpeechParameters unless it says otherwise."""

    RepeatDurationInMilliseconds: int
    """Time for the first key, from the end of the prompt."""


class SpeakAndGetDigitsParameters(_SpeakAndGetDigitsParametersAlways, total=False):
    """Parameters of SpeakAndGetDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    MinNumberOfDigits: int
    """The fewest keys that will do."""

    MaxNumberOfDigits: int
    """So many keys end the input."""

    TerminatorDigits: List[str]
    """Keys that end the input; they are not part of ReceivedDigits."""

    Repeat: int
    """All attempts, the first included; 0 counts as 1."""

    InBetweenDigitsDurationInMilliseconds: int
    """Time for each further key. Default: RepeatDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class SpeakAndGetDigitsAction(TypedDict):
    """SpeakAndGetDigits as a function sends it."""

    Type: Literal["SpeakAndGetDigits"]
    Parameters: SpeakAndGetDigitsParameters


class _ReceiveDigitsParametersAlways(TypedDict):
    """Parameters of ReceiveDigits."""

    InBetweenDigitsDurationInMilliseconds: int
    """So much silence after keys that match, and they are told."""

    FlushDigitsDurationInMilliseconds: int
    """Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds."""

    InputDigitsRegex: str
    """A regular expression that must be found in the keys; anywhere in them unless it has ^ and $."""


class ReceiveDigitsParameters(_ReceiveDigitsParametersAlways, total=False):
    """Parameters of ReceiveDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class ReceiveDigitsAction(TypedDict):
    """ReceiveDigits as a function sends it."""

    Type: Literal["ReceiveDigits"]
    Parameters: ReceiveDigitsParameters


class _SendDigitsParametersAlways(TypedDict):
    """Parameters of SendDigits."""

    Digits: str
    """The keys to press; a comma is a pause of half a second."""


class SendDigitsParameters(_SendDigitsParametersAlways, total=False):
    """Parameters of SendDigits."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    ToneDurationInMilliseconds: int
    """Length of each tone."""


class SendDigitsAction(TypedDict):
    """SendDigits as a function sends it."""

    Type: Literal["SendDigits"]
    Parameters: SendDigitsParameters


class _CallAndBridgeParametersEndpointsItemAlways(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["PSTN"]
    Uri: str


class CallAndBridgeParametersEndpointsItem(_CallAndBridgeParametersEndpointsItemAlways, total=False):
    """A part of an event or a reply."""

    Arn: Literal[None, ""]


class CallAndBridgeParametersEndpointsItem2(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["AWS"]
    Uri: str
    Arn: str


class CallAndBridgeParametersEndpointsItem3(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["SIP"]
    Uri: str


class CallAndBridgeParametersRingbackTone(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _CallAndBridgeParametersAlways(TypedDict):
    """Parameters of CallAndBridge."""

    Endpoints: List[Union[CallAndBridgeParametersEndpointsItem, CallAndBridgeParametersEndpointsItem2, CallAndBridgeParametersEndpointsItem3]]
    """Whom to call: exactly one."""

    CallerIdNumber: str
    """The number that the second party sees: one of this server, or the From of LEG-A."""


class CallAndBridgeParameters(_CallAndBridgeParametersAlways, total=False):
    """Parameters of CallAndBridge."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    CallTimeoutSeconds: int
    """How long it may ring."""

    RingbackTone: CallAndBridgeParametersRingbackTone
    """What LEG-A hears until the second party answers."""

    SipHeaders: Dict[str, str]
    """Headers of the INVITE: x-*, User-to-User, Diversion."""


class CallAndBridgeAction(TypedDict):
    """CallAndBridge as a function sends it."""

    Type: Literal["CallAndBridge"]
    Parameters: CallAndBridgeParameters


class _RecordAudioParametersRecordingDestinationAlways(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str


class RecordAudioParametersRecordingDestination(_RecordAudioParametersRecordingDestinationAlways, total=False):
    """A part of an event or a reply."""

    Prefix: str


class _RecordAudioParametersAlways(TypedDict):
    """Parameters of RecordAudio."""

    RecordingDestination: RecordAudioParametersRecordingDestination
    """Where the file shall be."""


class RecordAudioParameters(_RecordAudioParametersAlways, total=False):
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


class RecordAudioAction(TypedDict):
    """RecordAudio as a function sends it."""

    Type: Literal["RecordAudio"]
    Parameters: RecordAudioParameters


class StartCallRecordingParametersDestination(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class _StartCallRecordingParametersAlways(TypedDict):
    """Parameters of StartCallRecording."""

    Track: Literal["BOTH", "INCOMING", "OUTGOING"]
    """INCOMING: what the party says. OUTGOING: what it hears. BOTH: stereo, incoming left, outgoing right."""

    Destination: StartCallRecordingParametersDestination
    """Where the file shall be."""


class StartCallRecordingParameters(_StartCallRecordingParametersAlways, total=False):
    """Parameters of StartCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class StartCallRecordingAction(TypedDict):
    """StartCallRecording as a function sends it."""

    Type: Literal["StartCallRecording"]
    Parameters: StartCallRecordingParameters


class StopCallRecordingParameters(TypedDict, total=False):
    """Parameters of StopCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class _StopCallRecordingActionAlways(TypedDict):
    """StopCallRecording as a function sends it."""

    Type: Literal["StopCallRecording"]


class StopCallRecordingAction(_StopCallRecordingActionAlways, total=False):
    """StopCallRecording as a function sends it."""

    Parameters: StopCallRecordingParameters


class PauseCallRecordingParameters(TypedDict, total=False):
    """Parameters of PauseCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class _PauseCallRecordingActionAlways(TypedDict):
    """PauseCallRecording as a function sends it."""

    Type: Literal["PauseCallRecording"]


class PauseCallRecordingAction(_PauseCallRecordingActionAlways, total=False):
    """PauseCallRecording as a function sends it."""

    Parameters: PauseCallRecordingParameters


class ResumeCallRecordingParameters(TypedDict, total=False):
    """Parameters of ResumeCallRecording."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class _ResumeCallRecordingActionAlways(TypedDict):
    """ResumeCallRecording as a function sends it."""

    Type: Literal["ResumeCallRecording"]


class ResumeCallRecordingAction(_ResumeCallRecordingActionAlways, total=False):
    """ResumeCallRecording as a function sends it."""

    Parameters: ResumeCallRecordingParameters


class _VoiceFocusParametersAlways(TypedDict):
    """Parameters of VoiceFocus."""

    Enable: bool
    """Whether noise shall be suppressed."""


class VoiceFocusParameters(_VoiceFocusParametersAlways, total=False):
    """Parameters of VoiceFocus."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class VoiceFocusAction(TypedDict):
    """VoiceFocus as a function sends it."""

    Type: Literal["VoiceFocus"]
    Parameters: VoiceFocusParameters


class _JoinChimeMeetingParametersAlways(TypedDict):
    """Parameters of JoinChimeMeeting."""

    JoinToken: str
    """The join token of the attendee as whom the caller takes part."""


class JoinChimeMeetingParameters(_JoinChimeMeetingParametersAlways, total=False):
    """Parameters of JoinChimeMeeting."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    MeetingId: str
    """The meeting; it must be the one of the token."""


class JoinChimeMeetingAction(TypedDict):
    """JoinChimeMeeting as a function sends it."""

    Type: Literal["JoinChimeMeeting"]
    Parameters: JoinChimeMeetingParameters


class _ModifyChimeMeetingAttendeesParametersAlways(TypedDict):
    """Parameters of ModifyChimeMeetingAttendees."""

    Operation: Literal["Mute", "Unmute"]
    """What to do to the attendees."""

    MeetingId: str
    """The meeting that the call has joined."""

    AttendeeList: List[str]
    """The ids of the attendees, all of this meeting and on the telephone."""


class ModifyChimeMeetingAttendeesParameters(_ModifyChimeMeetingAttendeesParametersAlways, total=False):
    """Parameters of ModifyChimeMeetingAttendees."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""


class ModifyChimeMeetingAttendeesAction(TypedDict):
    """ModifyChimeMeetingAttendees as a function sends it."""

    Type: Literal["ModifyChimeMeetingAttendees"]
    Parameters: ModifyChimeMeetingAttendeesParameters


class StartBotConversationParametersConfigurationSessionStateDialogAction(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["Delegate", "ElicitIntent"]


class StartBotConversationParametersConfigurationSessionState(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionAttributes: Dict[str, str]
    DialogAction: StartBotConversationParametersConfigurationSessionStateDialogAction


class StartBotConversationParametersConfigurationWelcomeMessagesItem(TypedDict):
    """A part of an event or a reply."""

    Content: str
    ContentType: Literal["PlainText", "SSML"]


class StartBotConversationParametersConfiguration(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionState: StartBotConversationParametersConfigurationSessionState
    WelcomeMessages: List[StartBotConversationParametersConfigurationWelcomeMessagesItem]


class _StartBotConversationParametersAlways(TypedDict):
    """Parameters of StartBotConversation."""

    BotAliasArn: str
    """The ARN of the bot's alias."""


class StartBotConversationParameters(_StartBotConversationParametersAlways, total=False):
    """Parameters of StartBotConversation."""

    CallId: str
    """The leg that is meant, by its CallId out of CallDetails.Participants; it wins over ParticipantTag."""

    ParticipantTag: Literal["LEG-A", "LEG-B"]
    """The leg that is meant. Without it and CallId, the leg that the event is about."""

    LocaleId: str
    """The language of the bot."""

    Configuration: StartBotConversationParametersConfiguration
    """How the conversation begins."""


class StartBotConversationAction(TypedDict):
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


class _SmaReplyAlways(TypedDict):
    """A reply: what shall be done, and what is kept for later events."""

    SchemaVersion: Literal["1.0"]


class SmaReply(_SmaReplyAlways, total=False):
    """A reply: what shall be done, and what is kept for later events."""

    Actions: Optional[List[SmaAction]]
    TransactionAttributes: Optional[Dict[str, Any]]


class _CallDetailsParticipantsItemAlways(TypedDict):
    """A part of an event or a reply."""

    CallId: str
    ParticipantTag: Literal["LEG-A", "LEG-B"]
    To: str
    From: str
    Direction: Literal["Inbound", "Outbound"]
    StartTimeInMilliseconds: str


class CallDetailsParticipantsItem(_CallDetailsParticipantsItemAlways, total=False):
    """A part of an event or a reply."""

    Status: Literal["Connected", "Disconnected"]
    SipHeaders: Dict[str, str]


class _CallDetailsAlways(TypedDict):
    """The call of an event."""

    TransactionId: str
    """The call: the same from its first to its last event."""

    AwsAccountId: str
    """The account, 12 digits."""

    AwsRegion: str
    """The region of the application."""

    SipMediaApplicationId: str
    """The application."""

    Participants: List[CallDetailsParticipantsItem]
    """LEG-A, then LEG-B if there is one."""


class CallDetails(_CallDetailsAlways, total=False):
    """The call of an event."""

    TransactionAttributes: Dict[str, Any]
    """As the function stored them; absent when there are none."""

    SipRuleId: str
    """The rule that matched, of an inbound call."""

    SipApplicationId: str
    """The same, by the name that examples of the guide have."""


class NewInboundCallEvent(TypedDict):
    """Somebody calls. The first action decides."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["NEW_INBOUND_CALL"]
    CallDetails: CallDetails


class CallCreateRequestParameters(TypedDict):
    """A part of an event or a reply."""

    Arguments: Dict[str, str]


class CallCreateRequest(TypedDict):
    """ActionData of NEW_OUTBOUND_CALL."""

    Type: Literal["CallCreateRequest"]
    """The request."""

    Parameters: CallCreateRequestParameters
    """What it brought."""


class _NewOutboundCallEventAlways(TypedDict):
    """The API was asked for a call. Actions are ignored, attributes are kept."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["NEW_OUTBOUND_CALL"]
    CallDetails: CallDetails


class NewOutboundCallEvent(_NewOutboundCallEventAlways, total=False):
    """The API was asked for a call. Actions are ignored, attributes are kept."""

    ActionData: CallCreateRequest


class RingingEvent(TypedDict):
    """The called party rings. Actions are ignored."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["RINGING"]
    CallDetails: CallDetails


class CallAnsweredEvent(TypedDict):
    """The called party answered."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["CALL_ANSWERED"]
    CallDetails: CallDetails


class _SpeakSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str


class SpeakSuccessParameters(_SpeakSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Speak"]
    """The action."""

    Parameters: SpeakSuccessParameters
    """As they were sent, with defaults."""


class PlayAudioSuccessParametersAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _PlayAudioSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioSuccessParametersAudioSource
    Repeat: int


class PlayAudioSuccessParameters(_PlayAudioSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    PlaybackTerminators: Union[List[str], Literal[None, ""]]


class PlayAudioSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PlayAudio"]
    """The action."""

    Parameters: PlayAudioSuccessParameters
    """As they were sent, with defaults."""


class _PauseSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInMilliseconds: int


class PauseSuccessParameters(_PauseSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class PauseSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Pause"]
    """The action."""

    Parameters: PauseSuccessParameters
    """As they were sent, with defaults."""


class _HangupSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class HangupSuccessParameters(_HangupSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    SipResponseCode: Union[Literal[0, 480, 486], Literal[None, ""]]


class HangupSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["Hangup"]
    """The action."""

    Parameters: HangupSuccessParameters
    """As they were sent, with defaults."""


class PlayAudioAndGetDigitsSuccessParametersAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class PlayAudioAndGetDigitsSuccessParametersFailureAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _PlayAudioAndGetDigitsSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioAndGetDigitsSuccessParametersAudioSource
    FailureAudioSource: PlayAudioAndGetDigitsSuccessParametersFailureAudioSource
    MinNumberOfDigits: int
    MaxNumberOfDigits: int
    Repeat: int
    RepeatDurationInMilliseconds: int
    InBetweenDigitsDurationInMilliseconds: int


class PlayAudioAndGetDigitsSuccessParameters(_PlayAudioAndGetDigitsSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    TerminatorDigits: List[str]
    InputDigitsRegex: Union[str, Literal[None, ""]]


class _PlayAudioAndGetDigitsSuccessAlways(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PlayAudioAndGetDigits"]
    """The action."""

    Parameters: PlayAudioAndGetDigitsSuccessParameters
    """As they were sent, with defaults."""


class PlayAudioAndGetDigitsSuccess(_PlayAudioAndGetDigitsSuccessAlways, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    ReceivedDigits: str
    """The keys, without the terminator; absent when none was pressed until time was up, and that is good."""


class _SpeakAndGetDigitsSuccessParametersSpeechParametersAlways(TypedDict):
    """A part of an event or a reply."""

    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str


class SpeakAndGetDigitsSuccessParametersSpeechParameters(_SpeakAndGetDigitsSuccessParametersSpeechParametersAlways, total=False):
    """A part of an event or a reply."""

    LanguageCode: Union[str, Literal[None, ""]]


class _SpeakAndGetDigitsSuccessParametersFailureSpeechParametersAlways(TypedDict):
    """A part of an event or a reply."""

    Text: str


class SpeakAndGetDigitsSuccessParametersFailureSpeechParameters(_SpeakAndGetDigitsSuccessParametersFailureSpeechParametersAlways, total=False):
    """A part of an event or a reply."""

    TextType: Union[Literal["text", "ssml"], Literal[None, ""]]
    Engine: Union[Literal["standard", "neural", "long-form", "generative"], Literal[None, ""]]
    VoiceId: Union[str, Literal[None, ""]]
    LanguageCode: Union[str, Literal[None, ""]]


class _SpeakAndGetDigitsSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    SpeechParameters: SpeakAndGetDigitsSuccessParametersSpeechParameters
    FailureSpeechParameters: SpeakAndGetDigitsSuccessParametersFailureSpeechParameters
    MinNumberOfDigits: int
    MaxNumberOfDigits: int
    Repeat: int
    RepeatDurationInMilliseconds: int
    InBetweenDigitsDurationInMilliseconds: int


class SpeakAndGetDigitsSuccessParameters(_SpeakAndGetDigitsSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    TerminatorDigits: List[str]
    InputDigitsRegex: Union[str, Literal[None, ""]]


class _SpeakAndGetDigitsSuccessAlways(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["SpeakAndGetDigits"]
    """The action."""

    Parameters: SpeakAndGetDigitsSuccessParameters
    """As they were sent, with defaults."""


class SpeakAndGetDigitsSuccess(_SpeakAndGetDigitsSuccessAlways, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    ReceivedDigits: str
    """The keys, without the terminator; absent when none was pressed until time was up, and that is good."""


class _ReceiveDigitsSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    InBetweenDigitsDurationInMilliseconds: int
    FlushDigitsDurationInMilliseconds: int
    InputDigitsRegex: str


class ReceiveDigitsSuccessParameters(_ReceiveDigitsSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class ReceiveDigitsSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ReceiveDigits"]
    """The action."""

    Parameters: ReceiveDigitsSuccessParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys that were told; none yet when it begins to listen."""


class _SendDigitsSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Digits: str
    ToneDurationInMilliseconds: int


class SendDigitsSuccessParameters(_SendDigitsSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class SendDigitsSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["SendDigits"]
    """The action."""

    Parameters: SendDigitsSuccessParameters
    """As they were sent, with defaults."""


class _CallAndBridgeSuccessParametersEndpointsItemAlways(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["PSTN"]
    Uri: str


class CallAndBridgeSuccessParametersEndpointsItem(_CallAndBridgeSuccessParametersEndpointsItemAlways, total=False):
    """A part of an event or a reply."""

    Arn: Literal[None, ""]


class CallAndBridgeSuccessParametersEndpointsItem2(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["AWS"]
    Uri: str
    Arn: str


class CallAndBridgeSuccessParametersEndpointsItem3(TypedDict):
    """A part of an event or a reply."""

    BridgeEndpointType: Literal["SIP"]
    Uri: str


class CallAndBridgeSuccessParametersRingbackTone(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _CallAndBridgeSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Endpoints: List[Union[CallAndBridgeSuccessParametersEndpointsItem, CallAndBridgeSuccessParametersEndpointsItem2, CallAndBridgeSuccessParametersEndpointsItem3]]
    CallerIdNumber: str
    CallTimeoutSeconds: int


class CallAndBridgeSuccessParameters(_CallAndBridgeSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    RingbackTone: Union[CallAndBridgeSuccessParametersRingbackTone, Literal[None, ""]]
    SipHeaders: Union[Dict[str, str], Literal[None, ""]]


class CallAndBridgeSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["CallAndBridge"]
    """The action."""

    Parameters: CallAndBridgeSuccessParameters
    """As they were sent, with defaults."""


class _RecordAudioSuccessParametersRecordingDestinationAlways(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str


class RecordAudioSuccessParametersRecordingDestination(_RecordAudioSuccessParametersRecordingDestinationAlways, total=False):
    """A part of an event or a reply."""

    Prefix: Union[str, Literal[None, ""]]


class _RecordAudioSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    RecordingDestination: RecordAudioSuccessParametersRecordingDestination


class RecordAudioSuccessParameters(_RecordAudioSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    DurationInSeconds: Union[int, Literal[None, ""]]
    SilenceDurationInSeconds: Union[float, Literal[None, ""]]
    SilenceThreshold: int
    RecordingTerminators: Union[List[str], Literal[None, ""]]


class RecordAudioSuccessRecordingDestination(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _RecordAudioSuccessAlways(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["RecordAudio"]
    """The action."""

    Parameters: RecordAudioSuccessParameters
    """As they were sent, with defaults."""

    RecordingDestination: RecordAudioSuccessRecordingDestination
    """Where the file is."""


class RecordAudioSuccess(_RecordAudioSuccessAlways, total=False):
    """ActionData of ACTION_SUCCESSFUL."""

    RecordingTerminatorUsed: str
    """The key that ended it, when one did."""


class StartCallRecordingSuccessParametersDestination(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class _StartCallRecordingSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Track: Literal["BOTH", "INCOMING", "OUTGOING"]
    Destination: StartCallRecordingSuccessParametersDestination


class StartCallRecordingSuccessParameters(_StartCallRecordingSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class StartCallRecordingSuccessCallRecordingDestination(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    Location: str


class StartCallRecordingSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StartCallRecording"]
    """The action."""

    Parameters: StartCallRecordingSuccessParameters
    """As they were sent, with defaults."""

    CallRecordingDestination: StartCallRecordingSuccessCallRecordingDestination
    """Where the file will be."""


class _StopCallRecordingSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class StopCallRecordingSuccessParameters(_StopCallRecordingSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class StopCallRecordingSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StopCallRecording"]
    """The action."""

    Parameters: StopCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class _PauseCallRecordingSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class PauseCallRecordingSuccessParameters(_PauseCallRecordingSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class PauseCallRecordingSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["PauseCallRecording"]
    """The action."""

    Parameters: PauseCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class _ResumeCallRecordingSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]


class ResumeCallRecordingSuccessParameters(_ResumeCallRecordingSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class ResumeCallRecordingSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ResumeCallRecording"]
    """The action."""

    Parameters: ResumeCallRecordingSuccessParameters
    """As they were sent, with defaults."""


class _VoiceFocusSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Enable: bool


class VoiceFocusSuccessParameters(_VoiceFocusSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class VoiceFocusSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["VoiceFocus"]
    """The action."""

    Parameters: VoiceFocusSuccessParameters
    """As they were sent, with defaults."""


class _JoinChimeMeetingSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    JoinToken: str


class JoinChimeMeetingSuccessParameters(_JoinChimeMeetingSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    MeetingId: Union[str, Literal[None, ""]]


class JoinChimeMeetingSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["JoinChimeMeeting"]
    """The action."""

    Parameters: JoinChimeMeetingSuccessParameters
    """As they were sent, with defaults."""


class _ModifyChimeMeetingAttendeesSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Operation: Literal["Mute", "Unmute"]
    MeetingId: str
    AttendeeList: List[str]


class ModifyChimeMeetingAttendeesSuccessParameters(_ModifyChimeMeetingAttendeesSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class ModifyChimeMeetingAttendeesSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["ModifyChimeMeetingAttendees"]
    """The action."""

    Parameters: ModifyChimeMeetingAttendeesSuccessParameters
    """As they were sent, with defaults."""


class StartBotConversationSuccessParametersConfigurationSessionStateDialogAction(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["Delegate", "ElicitIntent"]


class StartBotConversationSuccessParametersConfigurationSessionState(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionAttributes: Union[Dict[str, str], Literal[None, ""]]
    DialogAction: Union[StartBotConversationSuccessParametersConfigurationSessionStateDialogAction, Literal[None, ""]]


class StartBotConversationSuccessParametersConfigurationWelcomeMessagesItem(TypedDict):
    """A part of an event or a reply."""

    Content: str
    ContentType: Literal["PlainText", "SSML"]


class StartBotConversationSuccessParametersConfiguration(TypedDict, total=False):
    """A part of an event or a reply."""

    SessionState: Union[StartBotConversationSuccessParametersConfigurationSessionState, Literal[None, ""]]
    WelcomeMessages: Union[List[StartBotConversationSuccessParametersConfigurationWelcomeMessagesItem], Literal[None, ""]]


class _StartBotConversationSuccessParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    BotAliasArn: str
    LocaleId: str


class StartBotConversationSuccessParameters(_StartBotConversationSuccessParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    Configuration: Union[StartBotConversationSuccessParametersConfiguration, Literal[None, ""]]


class StartBotConversationSuccess(TypedDict):
    """ActionData of ACTION_SUCCESSFUL."""

    Type: Literal["StartBotConversation"]
    """The action."""

    Parameters: StartBotConversationSuccessParameters
    """As they were sent, with defaults."""


class ActionSuccessfulEvent(TypedDict):
    """An action, or the last of the list, is done."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_SUCCESSFUL"]
    ActionData: Union[SpeakSuccess, PlayAudioSuccess, PauseSuccess, HangupSuccess, PlayAudioAndGetDigitsSuccess, SpeakAndGetDigitsSuccess, ReceiveDigitsSuccess, SendDigitsSuccess, CallAndBridgeSuccess, RecordAudioSuccess, StartCallRecordingSuccess, StopCallRecordingSuccess, PauseCallRecordingSuccess, ResumeCallRecordingSuccess, VoiceFocusSuccess, JoinChimeMeetingSuccess, ModifyChimeMeetingAttendeesSuccess, StartBotConversationSuccess]
    CallDetails: CallDetails


class _ActionFailureAlways(TypedDict):
    """ActionData of ACTION_FAILED."""

    Type: Literal["Speak", "PlayAudio", "Pause", "Hangup", "PlayAudioAndGetDigits", "SpeakAndGetDigits", "ReceiveDigits", "SendDigits", "CallAndBridge", "RecordAudio", "StartCallRecording", "StopCallRecording", "PauseCallRecording", "ResumeCallRecording", "VoiceFocus", "JoinChimeMeeting", "ModifyChimeMeetingAttendees", "StartBotConversation"]
    """The action."""

    Parameters: Dict[str, Any]
    """As they were sent."""

    ErrorType: str
    """What went wrong, one word."""

    ErrorMessage: str
    """The same for people."""


class ActionFailure(_ActionFailureAlways, total=False):
    """ActionData of ACTION_FAILED."""

    Error: str
    """Both in one, with some errors."""

    ErrorList: List[str]
    """Attendees that are wrong, of ModifyChimeMeetingAttendees."""


class ActionFailedEvent(TypedDict):
    """An action failed; those behind it do not run. Parameters are as they were sent."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_FAILED"]
    ActionData: ActionFailure
    CallDetails: CallDetails


class _SpeakInterruptionParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    Text: str
    TextType: Literal["text", "ssml"]
    Engine: Literal["standard", "neural", "long-form", "generative"]
    VoiceId: str


class SpeakInterruptionParameters(_SpeakInterruptionParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    LanguageCode: Union[str, Literal[None, ""]]


class SpeakInterruption(TypedDict):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["Speak"]
    """The action."""

    Parameters: SpeakInterruptionParameters
    """As they were sent, with defaults."""


class PlayAudioInterruptionParametersAudioSource(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _PlayAudioInterruptionParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    AudioSource: PlayAudioInterruptionParametersAudioSource
    Repeat: int


class PlayAudioInterruptionParameters(_PlayAudioInterruptionParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    PlaybackTerminators: Union[List[str], Literal[None, ""]]


class PlayAudioInterruption(TypedDict):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["PlayAudio"]
    """The action."""

    Parameters: PlayAudioInterruptionParameters
    """As they were sent, with defaults."""


class _PauseInterruptionParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    DurationInMilliseconds: int


class PauseInterruptionParameters(_PauseInterruptionParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class PauseInterruption(TypedDict):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["Pause"]
    """The action."""

    Parameters: PauseInterruptionParameters
    """As they were sent, with defaults."""


class _RecordAudioInterruptionParametersRecordingDestinationAlways(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str


class RecordAudioInterruptionParametersRecordingDestination(_RecordAudioInterruptionParametersRecordingDestinationAlways, total=False):
    """A part of an event or a reply."""

    Prefix: Union[str, Literal[None, ""]]


class _RecordAudioInterruptionParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    RecordingDestination: RecordAudioInterruptionParametersRecordingDestination


class RecordAudioInterruptionParameters(_RecordAudioInterruptionParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]
    DurationInSeconds: Union[int, Literal[None, ""]]
    SilenceDurationInSeconds: Union[float, Literal[None, ""]]
    SilenceThreshold: int
    RecordingTerminators: Union[List[str], Literal[None, ""]]


class RecordAudioInterruptionRecordingDestination(TypedDict):
    """A part of an event or a reply."""

    Type: Literal["S3"]
    BucketName: str
    Key: str


class _RecordAudioInterruptionAlways(TypedDict):
    """ActionData of ACTION_INTERRUPTED."""

    Type: Literal["RecordAudio"]
    """The action."""

    Parameters: RecordAudioInterruptionParameters
    """As they were sent, with defaults."""


class RecordAudioInterruption(_RecordAudioInterruptionAlways, total=False):
    """ActionData of ACTION_INTERRUPTED."""

    RecordingDestination: RecordAudioInterruptionRecordingDestination
    """Where the file is."""

    RecordingTerminatorUsed: str
    """The key that ended it, when one did."""


class ActionInterruptedEvent(TypedDict):
    """A new list stopped an action. The reply is ignored."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["ACTION_INTERRUPTED"]
    ActionData: Union[SpeakInterruption, PlayAudioInterruption, PauseInterruption, RecordAudioInterruption]
    CallDetails: CallDetails


class _ReceiveDigitsInputParametersAlways(TypedDict):
    """A part of an event or a reply."""

    ParticipantTag: Union[Literal["LEG-A", "LEG-B"], Literal[None, ""]]
    InBetweenDigitsDurationInMilliseconds: int
    FlushDigitsDurationInMilliseconds: int
    InputDigitsRegex: str


class ReceiveDigitsInputParameters(_ReceiveDigitsInputParametersAlways, total=False):
    """A part of an event or a reply."""

    CallId: Union[str, Literal[None, ""]]


class ReceiveDigitsInput(TypedDict):
    """ActionData of DIGITS_RECEIVED."""

    Type: Literal["ReceiveDigits"]
    """The action."""

    Parameters: ReceiveDigitsInputParameters
    """As they were sent, with defaults."""

    ReceivedDigits: str
    """The keys that were told; none yet when it begins to listen."""


class DigitsReceivedEvent(TypedDict):
    """Keys that a ReceiveDigits asked for."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["DIGITS_RECEIVED"]
    ActionData: ReceiveDigitsInput
    CallDetails: CallDetails


class CallUpdateRequestParameters(TypedDict):
    """A part of an event or a reply."""

    Arguments: Dict[str, str]


class CallUpdateRequest(TypedDict):
    """ActionData of CALL_UPDATE_REQUESTED."""

    Type: Literal["CallUpdateRequest"]
    """The request."""

    Parameters: CallUpdateRequestParameters
    """What it brought."""


class CallUpdateRequestedEvent(TypedDict):
    """The API was asked to update the call. New actions replace the list."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["CALL_UPDATE_REQUESTED"]
    ActionData: CallUpdateRequest
    CallDetails: CallDetails


class _LegEndParametersAlways(TypedDict):
    """A part of an event or a reply."""

    CallId: str
    ParticipantTag: Literal["LEG-A", "LEG-B"]


class LegEndParameters(_LegEndParametersAlways, total=False):
    """A part of an event or a reply."""

    SipResponseCode: int


class LegEnd(TypedDict):
    """ActionData of HANGUP."""

    Type: Literal["Hangup"]
    """Always Hangup."""

    Parameters: LegEndParameters
    """The leg that ended."""


class _HangupEventAlways(TypedDict):
    """A leg ended."""

    SchemaVersion: Literal["1.0"]
    Sequence: int
    InvocationEventType: Literal["HANGUP"]
    ActionData: LegEnd
    CallDetails: CallDetails


class HangupEvent(_HangupEventAlways, total=False):
    """A leg ended."""

    PossiblyRepeated: bool


class InvalidLambdaResponseEvent(TypedDict):
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
