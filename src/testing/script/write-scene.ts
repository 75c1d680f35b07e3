import { actions } from "../../actions/index.ts";
import {
  defaultCompatibility,
  documentedLimits,
  type AudioSource,
  type CallEffect,
  type CallFact,
  type CallInput,
} from "../../call/index.ts";
import { walkHistory, type History, type WalkedStep } from "../../history/index.ts";
import { AppError } from "../../kernel/index.ts";
import { lengthOf, wordsOf } from "../scene/index.ts";
import type { WrittenBeginning, WrittenScene, WrittenStep } from "./scene-schema.ts";

type Effect<Do extends CallEffect["do"]> = Extract<CallEffect, { do: Do }>;
type Input<Type extends CallInput["type"]> = Extract<CallInput, { type: Type }>;

/** Writes a recorded call as a scene: what the far ends did, when; and what the function made of it. Pure.
 * @throws AppError TESTING_CANNOT_WRITE where the history is redacted, or something happened that no step does */
export function writeScene(history: History, title?: string): WrittenScene {
  if (history.redacted) cannot("it is redacted, so that its words and numbers are stand-ins");
  const walked = walkHistory(history, actions);
  const writer = new SceneWriter(history, walked);
  for (const step of walked) writer.take(step);
  const begins = history.call.legs[0]?.direction === "Outbound" ? "placeCall" : "dial";
  return { title: title ?? titleOf(history), [begins]: beginningOf(history, walked), steps: writer.steps };
}

function cannot(why: string): never {
  const instead = "offhook replay, and offhook test with its folder, run it as it is";
  throw new AppError("TESTING_CANNOT_WRITE", `The call cannot be written as a scene: ${why}; ${instead}.`);
}

function titleOf({ call }: History): string {
  const { from = "", to = "" } = call.legs[0] ?? {};
  return `${from} and ${to}, ${new Date(call.startedAt).toISOString()}`;
}

/** So long after its recording, a key is the one that ended it. */
const oneKeyMs = 500;

/** Turns steps of the machine into steps of a scene, in their order. */
class SceneWriter {
  readonly steps: WrittenStep[] = [];
  readonly #history: History;
  readonly #recordings: ReadonlyMap<string, Input<"recording-ended">>;
  readonly #missing: ReadonlySet<string>;
  /** Of legs that were called by the call. */
  readonly #names = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #gone = new Set<string>();
  /** Legs by their recordings. */
  readonly #recorded = new Map<string, string>();
  /** The key that ended the last recording, which is not pressed again. */
  #ender: { readonly key: string; readonly at: number } | undefined;
  /** Up to when the scene has come. */
  #at: number;

  constructor(history: History, walked: readonly WalkedStep[]) {
    this.#history = history;
    this.#at = history.call.startedAt;
    const inputs = walked.map(({ input }) => input);
    this.#recordings = new Map(
      inputs.flatMap((input) => (input.type === "recording-ended" ? [[input.recordingId, input]] : [])),
    );
    this.#missing = new Set(inputs.flatMap((input) => (input.type === "playback-failed" ? [input.playbackId] : [])));
  }

  take({ line, input, effects }: WalkedStep): void {
    this.#takeInput(input, line);
    for (const effect of effects) this.#takeEffect(effect, input.at);
  }

  #takeInput(input: CallInput, line: number): void {
    switch (input.type) {
      case "digit":
        if (this.#ender?.key === input.digit && input.at - this.#ender.at < oneKeyMs) this.#ender = undefined;
        else this.#press(input.legId, input.digit, input.at);
        return;
      case "recording-ended":
        this.#endRecording(input);
        return;
      case "leg-ringing":
        this.#does(input, { rings: true });
        return;
      case "leg-early-media":
        this.#does(input, { startsEarlyAudio: true });
        return;
      case "leg-answered":
        if (this.#isOutbound(input.legId)) this.#does(input, { answers: true });
        return;
      case "leg-ended":
        if (!this.#gone.has(input.legId)) this.#does(input, endStep(input, line));
        this.#gone.add(input.legId);
        return;
      case "update-requested":
        this.#wait(input.at);
        this.steps.push({ updates: input.arguments });
        return;
      case "meeting-left":
        this.#wait(input.at);
        this.steps.push({ meetingEnds: true });
        this.#gone.add(input.legId);
        return;
      case "recording-failed":
      case "meeting-refused":
      case "attendees-not-muted":
      case "hang-up-requested":
      case "shutdown":
        return cannot(`line ${line}: no step of a scene does ${input.type}`);
      default:
    }
  }

  #takeEffect(effect: CallEffect, at: number): void {
    switch (effect.do) {
      case "play-audio":
        if (this.#missing.has(effect.playbackId)) return;
        this.#expect(at, { ...this.#who(effect.legId), hears: soundOf(effect) });
        return;
      case "dial-leg":
        this.#dials(effect, at);
        return;
      case "hang-up-leg":
      case "reject-leg":
        this.#gone.add(effect.legId);
        this.#expect(at, { ...this.#who(effect.legId), isHungUp: true });
        return;
      case "send-digits": {
        const keys = `${this.#keys.get(effect.legId) ?? ""}${effect.digits}`;
        this.#keys.set(effect.legId, keys);
        this.#expect(at, { ...this.#who(effect.legId), receivedKeys: keys });
        return;
      }
      case "record-audio":
        this.#recorded.set(effect.recordingId, effect.legId);
        this.#speak(effect, at);
        return;
      case "observe":
        this.#observe(effect.fact, at);
        return;
      case "end-call":
        this.#expect(at, { ends: true });
        this.#expect(at, { nothingElse: true });
        return;
      default:
    }
  }

  #observe(fact: CallFact, at: number): void {
    if (fact.type === "invoked") this.#isTold(fact, at);
    if (fact.type !== "action-started") return;
    const parameters = fact.parameters as Readonly<Record<string, unknown>>;
    this.#expect(at, { asksFor: fact.action, ...(Object.keys(parameters).length === 0 ? {} : { with: parameters }) });
  }

  #isTold({ event }: Extract<CallFact, { type: "invoked" }>, at: number): void {
    const { InvocationEventType, ActionData, ErrorType, CallDetails } = event as {
      InvocationEventType: string;
      ActionData?: Readonly<Record<string, unknown>>;
      ErrorType?: string;
      CallDetails: { readonly TransactionAttributes?: object };
    };
    const { TransactionAttributes } = CallDetails;
    // What begins is told with its parameters by asksFor; what never began, by its failure.
    const names = [
      "Type",
      "ReceivedDigits",
      "ErrorType",
      ...(InvocationEventType === "ACTION_FAILED" ? ["Parameters"] : []),
    ];
    const told = names.filter((name) => ActionData?.[name] !== undefined);
    const members = {
      ...(told.length === 0 ? {} : { ActionData: Object.fromEntries(told.map((name) => [name, ActionData?.[name]])) }),
      ...(ErrorType === undefined ? {} : { ErrorType }),
      ...(TransactionAttributes === undefined ? {} : { CallDetails: { TransactionAttributes } }),
    };
    this.#expect(at, { isTold: InvocationEventType, ...(Object.keys(members).length === 0 ? {} : { with: members }) });
  }

  #dials({ legId, to, from, headers }: Effect<"dial-leg">, at: number): void {
    if (legId === this.#history.call.legs[0]?.id) return;
    const name = `party${this.#names.size + 1}`;
    this.#names.set(legId, name);
    const shown = Object.keys(headers).length === 0 ? {} : { headers };
    this.#expect(at, { dials: to, as: name, ...(/^\+[1-9]/.test(from) ? { showing: from } : {}), ...shown });
  }

  #press(legId: string, key: string, at: number): void {
    const gapMs = at - this.#at;
    this.#at = at;
    const last = this.steps.at(-1);
    const who = this.#who(legId);
    const isSame = last?.presses !== undefined && last.who === who.who && last.gapMs === gapMs;
    if (isSame) this.steps[this.steps.length - 1] = { ...last, presses: `${last.presses}${key}` };
    else this.steps.push({ ...who, presses: key, gapMs });
  }

  /** A key that ends a recording is told by the recording first, then as a key. */
  #endRecording({ recordingId, end, terminator, at }: Input<"recording-ended">): void {
    const legId = this.#recorded.get(recordingId);
    if (end !== "terminator" || terminator === undefined || legId === undefined) return;
    this.#press(legId, terminator, at);
    this.#ender = { key: terminator, at };
  }

  /** What is said while it is recorded, so that it ends when it did. No longer than that: the far end is silent when the next recording begins. */
  #speak({ recordingId, legId, silenceMs }: Effect<"record-audio">, at: number): void {
    const ended = this.#recordings.get(recordingId);
    if (silenceMs === undefined || ended === undefined) return;
    const lastsMs = ended.at - at;
    const speaks = lastsMs - silenceMs + (ended.end === "silence" ? 0 : 1);
    if (speaks > 0) this.#expect(at, { ...this.#who(legId), speaks });
  }

  /** Something that a far end does at its time. */
  #does({ legId, at }: { readonly legId: string; readonly at: number }, step: WrittenStep): void {
    this.#wait(at);
    this.steps.push({ ...this.#who(legId), ...step });
  }

  #wait(at: number): void {
    if (at > this.#at) this.steps.push({ waits: at - this.#at });
    this.#at = at;
  }

  /** Something that comes by itself, at this time. */
  #expect(at: number, step: WrittenStep): void {
    this.#at = Math.max(this.#at, at);
    this.steps.push(step);
  }

  #who(legId: string): Pick<WrittenStep, "who"> {
    const who = this.#names.get(legId);
    return who === undefined ? {} : { who };
  }

  #isOutbound(legId: string): boolean {
    return this.#names.has(legId) || this.#history.call.legs[0]?.direction === "Outbound";
  }
}

function endStep({ end }: Input<"leg-ended">, line: number): WrittenStep {
  switch (end.type) {
    case "bye":
    case "cancelled":
      return { hangsUp: true };
    case "no-media":
      return { vanishes: true };
    case "rejected":
      return { refuses: end.status };
    default:
      return cannot(`line ${line}: no step of a scene ends a leg by ${end.type}`);
  }
}

/** What came in place of answers, unless it was the function itself that failed. */
function faultsOf(walked: readonly WalkedStep[]): Pick<WrittenBeginning, "faults"> {
  const failed = new Map<string, string>();
  for (const { input } of walked)
    if (input.type === "function-replied" && input.reply.type === "failed")
      failed.set(input.invocationId, input.reply.reason);
  const invoked = walked.flatMap(({ effects }) =>
    effects.flatMap((one) => (one.do === "invoke" ? [one.invocationId] : [])),
  );
  const faults: Record<string, "silent" | "answer-lost"> = {};
  for (const [index, id] of invoked.entries()) {
    const reason = failed.get(id) ?? "";
    if (reason === "timeout") faults[index + 1] = "silent";
    if (["crashed", "throttled", "unreachable"].includes(reason)) faults[index + 1] = "answer-lost";
  }
  return Object.keys(faults).length === 0 ? {} : { faults };
}

function soundOf({ source }: Effect<"play-audio">): NonNullable<WrittenStep["hears"]> {
  return source.type === "object" ? { prompt: source.key } : (wordsOf(source) ?? "");
}

/** How the call began, and how long everything took. */
function beginningOf({ call, settings }: History, walked: readonly WalkedStep[]): WrittenBeginning {
  const [leg] = call.legs;
  const isOutbound = leg?.direction === "Outbound";
  const headers = isOutbound ? call.dialHeaders : leg?.shownHeaders;
  const own = isOutbound ? leg.from : (leg?.to ?? "");
  const numbers = [own, ...ownedNumbers(walked).filter((number) => number !== own)];
  const limits = changed(settings.limits, documentedLimits);
  const compatibility = changed(settings.compatibility, defaultCompatibility);
  const joined = walked.map(({ input }) => input).find((input) => input.type === "meeting-joined");
  return {
    from: leg?.from ?? "",
    to: leg?.to ?? "",
    numbers,
    ...(headers === undefined || Object.keys(headers).length === 0 ? {} : { headers }),
    ...(call.createArguments === undefined ? {} : { arguments: call.createArguments }),
    ...soundLengths(walked),
    functionMs: [...functionTimes(walked)],
    ...faultsOf(walked),
    startAt: call.startedAt,
    transactionId: call.transactionId,
    callId: leg?.id ?? "",
    ...(joined === undefined ? {} : { meeting: { meetingId: joined.meetingId, attendeeId: joined.attendeeId } }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(Object.keys(compatibility).length === 0 ? {} : { compatibility }),
  };
}

/** What differs from the usual. A server has more limits than its calls, such as how many of them there may be: these are none of a scene. */
function changed<Settings extends object>(settings: Settings, usual: Settings): Partial<Settings> {
  const entries = Object.entries(settings) as [keyof Settings, unknown][];
  const others = entries.filter(
    ([name, value]) => Object.hasOwn(usual, name) && JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  return Object.fromEntries(others) as Partial<Settings>;
}

function ownedNumbers(walked: readonly WalkedStep[]): readonly string[] {
  const asked = new Map(
    walked.flatMap(({ effects }) =>
      effects.flatMap((effect) => (effect.do === "look-up" ? [[effect.lookUpId, effect.questions] as const] : [])),
    ),
  );
  return walked.flatMap(({ input }) => {
    if (input.type !== "looked-up") return [];
    const questions = asked.get(input.lookUpId) ?? [];
    return questions.flatMap((one, index) =>
      one.type === "owns-number" && input.answers[index] === true ? [one.number] : [],
    );
  });
}

function functionTimes(walked: readonly WalkedStep[]): readonly number[] {
  const replied = new Map<string, number>();
  for (const { input } of walked) if (input.type === "function-replied") replied.set(input.invocationId, input.at);
  const times = walked.flatMap(({ input: { at }, effects }) =>
    effects.flatMap((effect) => (effect.do === "invoke" ? [(replied.get(effect.invocationId) ?? at) - at] : [])),
  );
  while (times.length > 1 && times.at(-1) === times.at(-2)) times.pop();
  return times;
}

/** How long each sound was, where it was not as long as usual. One that never came to its end was longer than it was ever heard. */
function soundLengths(walked: readonly WalkedStep[]): Pick<WrittenBeginning, "prompts" | "speech"> {
  const known = new Map<string, readonly [AudioSource, number | "missing"]>();
  const playing = new Map<string, { readonly effect: Effect<"play-audio">; readonly at: number }>();
  const note = (playbackId: string, length: number | "missing" | undefined, at: number): void => {
    const one = playing.get(playbackId);
    if (one === undefined) return;
    playing.delete(playbackId);
    const { source, repeat } = one.effect;
    const ranMs = (at - one.at) / repeat;
    const name = nameOf(source);
    if (!known.has(name)) known.set(name, [source, length ?? Math.round(ranMs)]);
  };
  for (const { input, effects } of walked) {
    if (input.type === "playback-finished") note(input.playbackId, undefined, input.at);
    if (input.type === "playback-failed") note(input.playbackId, "missing", input.at);
    for (const one of effects) if (one.do === "play-audio") playing.set(one.playbackId, { effect: one, at: input.at });
  }
  const atLeast = new Map<string, readonly [AudioSource, number]>();
  for (const [playbackId, { effect, at: startedAt }] of playing) {
    const stoppedAt = walked.find(({ effects }) =>
      effects.some((one) => one.do === "stop-playback" && one.playbackId === playbackId),
    )?.input.at;
    const usual = lengthOf(effect.source, usualLengths);
    if (usual === "missing") continue;
    const ranMs = ((stoppedAt ?? walked.at(-1)?.input.at ?? 0) - startedAt) / effect.repeat;
    const [, longest] = atLeast.get(nameOf(effect.source)) ?? [];
    atLeast.set(nameOf(effect.source), [effect.source, Math.max(longest ?? usual, Math.ceil(ranMs) + 1_000)]);
  }
  for (const [name, one] of atLeast) if (!known.has(name)) known.set(name, one);
  const unusual = [...known.values()].filter(([source, length]) => length !== lengthOf(source, usualLengths));
  const prompts = unusual.filter(([source]) => source.type === "object");
  const speech = unusual.filter(([source, length]) => source.type !== "object" && length !== "missing");
  const named = (lengths: typeof unusual) =>
    Object.fromEntries(lengths.map(([source, length]) => [nameOf(source), length]));
  return {
    ...(prompts.length === 0 ? {} : { prompts: named(prompts) }),
    ...(speech.length === 0 ? {} : { speech: named(speech) as Record<string, number> }),
  };
}

const usualLengths = { prompts: {}, speech: {} };

/** By which lengths are told: the key, or the words. */
function nameOf(source: AudioSource): string {
  return source.type === "object" ? source.key : (wordsOf(source) ?? "");
}
