/** An expectation of a scene that was not met, or a step that cannot be. The message has the timeline up to there. */
export class SceneError extends Error {
  override readonly name = "SceneError";
  /** What was expected. */
  readonly expected: string;
  /** What came instead. */
  readonly found: string;

  constructor(expected: string, found: string, timeline: readonly string[]) {
    const lines = timeline.length === 0 ? "  (nothing has happened)" : timeline.join("\n");
    super(`expected ${expected}, but ${found}\n\nThe call up to there:\n${lines}\n`);
    this.expected = expected;
    this.found = found;
  }
}
