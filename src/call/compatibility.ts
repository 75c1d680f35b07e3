/** Every switch of the `compatibility` section of the configuration with its positions, the default first: points on which the
 * original is silent or contradicts itself, and which a function can notice. Each is read in one place. What each position means is in
 * docs/compatibility.md, which a test compares with this list. Contract: events section 13, actions section 4 */
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
  /** Actions in a reply to INVALID_LAMBDA_RESPONSE run. Events row 29 */
  runActionsAfterInvalidReply: [true, false],
  /** A reply of null, or none, counts as one without actions instead of being invalid. Leniency section 1 */
  acceptBlankReply: [true, false],
  /** Failures of JoinChimeMeeting and of recordings have the old `Error` member too. Actions row 4 */
  errorMember: [true, false],
  /** Pause answers an unanswered inbound leg. Actions row 7 */
  pauseAnswers: [false, true],
} as const satisfies Readonly<Record<string, readonly [unknown, unknown, ...unknown[]]>>;

type Positions = typeof compatibilityPositions;

/** The position of every switch. */
export type CompatibilitySwitches = { readonly [Name in keyof Positions]: Positions[Name][number] };

/** Every switch in its first position. */
export const defaultCompatibility = Object.fromEntries(
  Object.entries(compatibilityPositions).map(([name, [first]]) => [name, first]),
) as unknown as CompatibilitySwitches;
