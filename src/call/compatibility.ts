/** Every switch of the `compatibility` section of the configuration with its positions, the default first: points on which the
 * original is silent or contradicts itself, and which a function can notice. What the positions mean is in docs/contract/compatibility.md,
 * which a test compares with this list. Each is read in one place; those that decide what parameters may be are in `ShapeSwitches`
 * of the contract room. Contract: events section 13, actions section 4 */
export const compatibilityPositions = {
  /** An empty list in the reply to a success in mid-list stops what is left of the list. Events row 3 */
  emptyActionsStopList: [false, true],
  /** A reply to NEW_INBOUND_CALL without actions refuses the call at once instead of letting it ring. Events row 4 */
  refuseCallWithoutActions: [false, true],
  /** Whether ACTION_SUCCESSFUL comes too after a Hangup of LEG-B while LEG-A stays: after an empty reply to HANGUP, or in any case.
   * Events row 5 */
  successAfterHangupOfLegB: ["when-reply-is-empty", "never", "always"],
  /** The same for LEG-A while LEG-B stays. Events row 7 */
  successAfterHangupOfLegA: ["never", "when-reply-is-empty", "always"],
  /** RINGING is sent for LEG-B too. Events row 8 */
  ringingForLegB: [false, true],
  /** Attributes of a reply are added to the stored ones instead of replacing them. Events row 9 */
  mergeAttributes: [false, true],
  /** The action that runs on a leg that leaves is told before HANGUP. Events row 15 */
  tellActionWhenLegLeaves: [true, false],
  /** HANGUP shows the SIP status of a refusal as it came instead of 0, 480 or 486. Events row 16 */
  rawSipResponseCodes: [false, true],
  /** SIP status for a Hangup with code 0 on an unanswered inbound leg. Events row 17 */
  statusOfHangupZero: [480, 486, 603],
  /** A LEG-B that has left stays among the participants until a new one takes its place. Events row 19 */
  listDepartedLegB: [true, false],
  /** The outcome of an action that went on although an update had brought a new list is told before that list. Events row 25 */
  tellActionThatOutlivedUpdate: [true, false],
  /** HTTP status of CreateSipMediaApplicationCall. Events row 27 */
  createCallStatus: [202, 201],
  /** CallDetails has the application's id as SipApplicationId too. Events row 2 */
  sipApplicationId: [true, false],
  /** Actions in a reply to INVALID_LAMBDA_RESPONSE run. Events row 29 */
  runActionsAfterInvalidReply: [true, false],
  /** A function that fails ends an answered call; else that goes on without new actions. Events row 12 */
  endCallOnFunctionError: [true, false],
  /** A reply of null, or none, counts as one without actions instead of being invalid. Leniency section 1 */
  acceptBlankReply: [true, false],
  /** Failures of JoinChimeMeeting and of recordings have the old `Error` member too. Actions row 4 */
  errorMember: [true, false],
  /** Pause answers an unanswered inbound leg. Actions row 7 */
  pauseAnswers: [false, true],
  /** CallAndBridge takes SipHeaders for telephone numbers. Actions row 10 */
  sipHeadersWithPstn: [true, false],
  /** CallAndBridge while LEG-B is connected hangs that up and calls anew instead of failing. Actions row 26 */
  replaceLegB: [false, true],
  /** A SipResponseCode of Hangup that is none of 0, 480 and 486 counts as 0 instead of failing. Leniency section 3 */
  acceptWrongHangupCode: [true, false],
  /** A pattern of a get-digits action that ends in a terminator is tried with it too. Actions row 13 */
  patternMayEndInTerminator: [true, false],
  /** The time for the first key of a get-digits action begins with the prompt instead of at its end. Actions row 14 */
  firstKeyTimeIncludesPrompt: [false, true],
  /** A get-digits action plays its failure prompt after the last attempt too. Actions row 15 */
  failurePromptAfterLastAttempt: [true, false],
  /** No key at all, until time is up, is good input of a get-digits action. Actions row 16 */
  noKeysAreGood: ["when-min-0-is-sent", "never", "when-min-is-0"],
  /** Keys of ReceiveDigits that match nothing when their time is over are told instead of dropped. Actions row 17 */
  tellFlushedDigits: [false, true],
  /** ReceiveDigits takes a flush time that is shorter than the one between keys. Actions row 18 */
  acceptShortFlush: [false, true],
  /** ReceiveDigits hears no more after its first match. Actions row 19 */
  listenOnlyOnce: [false, true],
  /** ReceiveDigits also hears keys that an action on its leg takes. Actions row 20 */
  listenersHearTakenKeys: [false, true],
  /** RecordAudio without DurationInSeconds fails. Actions row 22 */
  recordingNeedsDuration: [false, true],
  /** ACTION_INTERRUPTED of RecordAudio names the file. Actions row 24 */
  tellInterruptedRecording: [true, false],
} as const satisfies Readonly<Record<string, readonly [unknown, unknown, ...unknown[]]>>;

type Positions = typeof compatibilityPositions;

/** The position of every switch. */
export type CompatibilitySwitches = { readonly [Name in keyof Positions]: Positions[Name][number] };

/** Where a switch stood before there was one, when that is not its first position: what was recorded then has no word of it. */
export const positionsBefore = { sipApplicationId: false } as const satisfies Partial<CompatibilitySwitches>;

/** Every switch in its first position. */
export const defaultCompatibility = Object.fromEntries(
  Object.entries(compatibilityPositions).map(([name, [first]]) => [name, first]),
) as unknown as CompatibilitySwitches;
