import type { Answer, CallEffect, CallInput, CallState, MachineConfig } from "../call/index.ts";

import type { LadderLine } from "./ladder/ladder-line.ts";

/*
 * The history of a call is a text file of JSON values, one a line:
 *
 *     line 1     {"format": "offhook call history", "version": 1, "redacted": false, "settings": {...}, "call": {...}}
 *     others     {"input": {...}, "effects": [...], "broke": true}        one for each step
 *                {"input": {...}, "meeting": {"meetingId": ..., "attendeeId": ...}}    the step in which a meeting was joined; not read
 *                {"at": ..., "participantTag": "LEG-A", "audio": {...}, "encryption": {...}}    how the audio of a leg was; no step
 *                {"at": ..., "participantTag": "LEG-A", "sip": {...}}      a message of SIP; no step
 *                {"at": ..., "participantTag": "LEG-A", "refused": {...}}  why one was refused; no step
 *
 * `effects` is left out when empty, `broke` when the machine did not throw. Files of before look-ups were effects have `answers`: what the
 * machine was told within the step, and those of before searches were effects also whether keys match a pattern.
 */

/** What the first line says it is. */
export const formatName = "offhook call history";
/** Increases when earlier files cannot be read any more. */
export const formatVersion = 1;

/** What a machine asked for, as histories keep it: whole, or in redacted ones without all that could tell something. */
export type KeptEffect = Readonly<Record<string, unknown>>;

/** One step as it is read from a file. */
export interface RecordedStep {
  /** In the file, from 2. */
  readonly line: number;
  readonly input: CallInput;
  /** In the order of the questions, in files of before they were effects. */
  readonly answers: readonly Answer[];
  readonly effects: readonly KeptEffect[];
  readonly broke: boolean;
}

/** How the audio of a leg was, as it is read from a file: figures may be missing that came later. */
export interface RecordedLegAudio {
  readonly at: number;
  readonly participantTag: string;
  readonly audio: Readonly<Record<string, unknown>>;
  /** Not in files of before it was kept. */
  readonly encryption?: Readonly<Record<string, unknown>>;
}

/** A line of the ladder, with its place in the file. */
export type RecordedLadderLine = LadderLine & { readonly line: number };

/** What was recorded of one call. */
export interface History {
  readonly redacted: boolean;
  readonly settings: MachineConfig;
  /** Before the first input. */
  readonly call: CallState;
  readonly steps: readonly RecordedStep[];
  /** How the audio of each leg was, in the order of their ends; not in files of before it was kept. */
  readonly audio: readonly RecordedLegAudio[];
  /** The messages of SIP, and those that were refused, in order; not in files of before they were kept. */
  readonly ladder: readonly RecordedLadderLine[];
  /** The last line was not written to its end, as when the server was killed. */
  readonly isCutShort: boolean;
}

/** The effects that are kept: reports for people are not among them. */
export function keepEffects(effects: readonly CallEffect[], redacted: boolean): readonly KeptEffect[] {
  const acts = effects.filter((effect) => effect.do !== "observe" && effect.do !== "warn" && effect.do !== "ignore");
  return redacted ? acts.map(outline) : acts;
}

/** The kind of each effect with its ids and numbers; of an event its sequence number and type. Nothing of the content of the call. */
function outline(effect: CallEffect): KeptEffect {
  const reported = Object.entries(effect).filter(
    ([name, value]) => name === "do" || name.endsWith("Id") || typeof value === "number",
  );
  if (effect.do === "end-call") return { ...Object.fromEntries(reported), endType: effect.endType };
  if (effect.do !== "invoke") return Object.fromEntries(reported);
  const { Sequence, InvocationEventType } = effect.event;
  return { ...Object.fromEntries(reported), event: { Sequence, InvocationEventType } };
}
