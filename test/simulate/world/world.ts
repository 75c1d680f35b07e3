import type { LegId } from "../../../src/kernel/index.ts";
import type { TimelessInput } from "../../../src/testing/internal/call-performer.ts";
import type { Choices } from "../choices.ts";
import type { Agenda } from "./agenda.ts";

/** What the parts of a simulated surrounding share. */
export interface World {
  readonly choices: Choices;
  readonly agenda: Agenda;
  /** Posts an input into the call's mailbox. */
  readonly give: (input: TimelessInput) => void;
  /** Ids of legs, playbacks, recordings, keys, timers and invocations that the call has had, for stale inputs. */
  readonly known: { readonly legs: LegId[]; readonly ids: string[] };
}
