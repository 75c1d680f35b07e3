/** Every switch of the `compatibility` section of the configuration with its positions, the default first: points on which the
 * original is silent or contradicts itself, and which a function can notice. What the positions mean is in docs/contract/compatibility.md,
 * which a test compares with this list. Each is read in one place; those that decide what parameters may be are in `ShapeSwitches`
 * of the contract room. */
export const compatibilityPositions = {
  /** An empty list in the reply to a success in mid-list stops what is left of the list. Contract: events-list-continues */
  emptyActionsStopList: [false, true],
  /** A reply to NEW_INBOUND_CALL without actions refuses the call at once instead of letting it ring. Contract: events-first-reply-empty */
  refuseCallWithoutActions: [false, true],
  /** Whether ACTION_SUCCESSFUL comes too after a Hangup of LEG-B while LEG-A stays: after an empty reply to HANGUP, or in any case.
   * Contract: events-hangup-partner */
  successAfterHangupOfLegB: ["when-reply-is-empty", "never", "always"],
  /** The same for LEG-A while LEG-B stays. Contract: events-hangup-first-leg */
  successAfterHangupOfLegA: ["never", "when-reply-is-empty", "always"],
  /** HANGUP is sent too when a Hangup takes the caller out of a meeting. Contract: events-hangup-meeting-leg */
  hangupEventOfMeeting: [false, true],
  /** RINGING is sent for LEG-B too. Contract: events-ringing-partner */
  ringingForLegB: [false, true],
  /** Attributes of a reply are added to the stored ones instead of replacing them. Contract: events-attributes-replace */
  mergeAttributes: [false, true],
  /** The action that runs on a leg that leaves is told before HANGUP. Contract: events-leg-leaves-action */
  tellActionWhenLegLeaves: [true, false],
  /** HANGUP shows the SIP status of a refusal as it came instead of 0, 480 or 486. Contract: events-hangup-code */
  rawSipResponseCodes: [false, true],
  /** SIP status for a Hangup with code 0 on an unanswered inbound leg. Contract: actions-hangup-zero-unanswered */
  statusOfHangupZero: [480, 486, 603],
  /** A LEG-B that has left stays among the participants until a new one takes its place. Contract: events-partner-departed */
  listDepartedLegB: [true, false],
  /** The outcome of an action that went on although an update had brought a new list is told before that list. Contract: events-outlived-update */
  tellActionThatOutlivedUpdate: [true, false],
  /** HTTP status of CreateSipMediaApplicationCall. Contract: api-create-call-status */
  createCallStatus: [202, 201],
  /** CallDetails has the application's id as SipApplicationId too. Contract: events-application-id-twice */
  sipApplicationId: [true, false],
  /** Actions in a reply to INVALID_LAMBDA_RESPONSE run. Contract: events-invalid-actions-run */
  runActionsAfterInvalidReply: [true, false],
  /** A function that fails ends an answered call; else that goes on without new actions. Contract: events-function-failed-answered */
  endCallOnFunctionError: [true, false],
  /** A reply of null, or none, counts as one without actions instead of being invalid. Contract: leniency-reply-blank */
  acceptBlankReply: [true, false],
  /** Failures of JoinChimeMeeting and of recordings have the old `Error` member too. Contract: events-error-member */
  errorMember: [true, false],
  /** Pause answers an unanswered inbound leg. Contract: actions-pause-unanswered */
  pauseAnswers: [false, true],
  /** CallAndBridge takes SipHeaders for telephone numbers. Contract: actions-bridge-headers */
  sipHeadersWithPstn: [true, false],
  /** CallAndBridge while LEG-B is connected hangs that up and calls anew instead of failing. Contract: actions-bridge-second */
  replaceLegB: [false, true],
  /** A SipResponseCode of Hangup that is none of 0, 480 and 486 counts as 0 instead of failing. Contract: leniency-hangup-code-wrong */
  acceptWrongHangupCode: [true, false],
  /** A pattern of a get-digits action that ends in a terminator is tried with it too. Contract: actions-get-digits-terminator-wanted */
  patternMayEndInTerminator: [true, false],
  /** The time for the first key of a get-digits action begins with the prompt instead of at its end. Contract: actions-get-digits-first-key */
  firstKeyTimeIncludesPrompt: [false, true],
  /** A get-digits action plays its failure prompt after the last attempt too. Contract: actions-get-digits-last-attempt */
  failurePromptAfterLastAttempt: [true, false],
  /** No key at all, until time is up, is good input of a get-digits action. Contract: actions-get-digits-no-keys */
  noKeysAreGood: ["when-min-0-is-sent", "never", "when-min-is-0"],
  /** Keys of ReceiveDigits that match nothing when their time is over are told instead of dropped. Contract: actions-receive-digits-flush */
  tellFlushedDigits: [false, true],
  /** ReceiveDigits takes a flush time that is shorter than the one between keys. Contract: actions-receive-digits-times */
  acceptShortFlush: [false, true],
  /** ReceiveDigits hears no more after its first match. Contract: actions-receive-digits-stays */
  listenOnlyOnce: [false, true],
  /** ReceiveDigits also hears keys that an action on its leg takes. Contract: actions-receive-digits-taken */
  listenersHearTakenKeys: [false, true],
  /** RecordAudio without DurationInSeconds fails. Contract: actions-record-audio-longest */
  recordingNeedsDuration: [false, true],
  /** ACTION_INTERRUPTED of RecordAudio names the file. Contract: actions-record-audio-interrupted */
  tellInterruptedRecording: [true, false],
} as const satisfies Readonly<Record<string, readonly [unknown, unknown, ...unknown[]]>>;

type Positions = typeof compatibilityPositions;

/** The position of every switch. */
export type CompatibilitySwitches = { readonly [Name in keyof Positions]: Positions[Name][number] };

/** The positions in which earlier versions behaved, where that is not the first one: their histories do not contain the switch. */
export const positionsBefore = { sipApplicationId: false } as const satisfies Partial<CompatibilitySwitches>;

/** Every switch in its first position. */
export const defaultCompatibility = Object.fromEntries(
  Object.entries(compatibilityPositions).map(([name, [first]]) => [name, first]),
) as unknown as CompatibilitySwitches;
