/** An expectation of a scene that was not met, or a step that cannot be. The message has the timeline up to there. */
export class SceneError extends Error {
  override readonly name = "SceneError";
  /** What was expected. */
  readonly expected: string;
  /** What came instead. */
  readonly found: string;

  readonly #timeline: readonly string[];

  /** @param at where in the script, when that is known */
  constructor(expected: string, found: string, timeline: readonly string[], at?: string) {
    const lines = timeline.length === 0 ? "  (nothing has happened)" : timeline.join("\n");
    super(
      `${at === undefined ? "" : `${at}: `}expected ${expected}, but ${found}\n\nThe call up to there:\n${lines}\n`,
    );
    this.expected = expected;
    this.found = found;
    this.#timeline = timeline;
  }

  /** The same with the place in the script. */
  at(place: string): SceneError {
    return new SceneError(this.expected, this.found, this.#timeline, place);
  }
}
