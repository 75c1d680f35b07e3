/** Every switch of the `compatibility` section of the configuration with its positions, the default first: points on which the
 * original is silent or contradicts itself, and which a function can notice. Each is read in one place. What each position means is in
 * docs/compatibility.md, which a test compares with this list. Contract: events section 13, actions section 4 */
export const compatibilityPositions = {
  /** An empty list in the reply to a success in mid-list stops what is left of the list. Events row 3 */
  emptyActionsStopList: [false, true],
  /** Attributes of a reply are added to the stored ones instead of replacing them. Events row 9 */
  mergeAttributes: [false, true],
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
