/** Something that keeps calls from going as they should. */
export interface SetupFinding {
  /** error: calls fail by it. warning: some may, or will. */
  readonly severity: "error" | "warning";
  /** The setting, or the file. */
  readonly where: string;
  /** One sentence. */
  readonly what: string;
}
