import type { CallEffect, JsonObject } from "../../../src/call/index.ts";
import type { BookedLeg } from "../book.ts";
import { isSame, type Fail, type Invariant, type View } from "../watch.ts";

/** The action that has the floor. */
interface Seen {
  readonly action: string;
  readonly leg: BookedLeg;
  readonly parameters: JsonObject;
}

const withAudio: ReadonlySet<string> = new Set([
  ...["PlayAudio", "Speak", "PlayAudioAndGetDigits", "SpeakAndGetDigits"],
]);

/** What is asked of media, recorder and network is what the action says. */
export const requests: Invariant = {
  name: "what is asked for is what the action says",
  rule: "what an action asks for is what its parameters say: leg, file or text, repeats, times, digits, destinations, numbers and headers",
  watch(view, fail) {
    const keys = new Set<string>();
    let seen: Seen | undefined;
    const dialledAt = new Map<string, number>();
    let recordings = 0;
    let prepared = 0;
    let isIgnored = false;
    return {
      input() {
        prepared = 0;
        isIgnored = false;
      },
      effect(effect, { after, answer, input }) {
        if (effect.do === "dial-leg" && effect.legId !== view.book.a.id) dialledAt.set(effect.legId, input.at);

        if (effect.do === "prepare-audio") prepared += 1;
        if (effect.do === "observe" && effect.fact.type === "response-ignored") isIgnored = true;
        if (effect.do === "observe" && effect.fact.type === "action-started") {
          const { action, participantTag, parameters } = effect.fact;
          const leg = view.book.legs().find((one) => one.tag === participantTag);
          if (leg === undefined) return fail(`${action} starts on a leg that is not there`);
          seen = { action, leg, parameters: parameters as JsonObject };
          const isNewList = answer?.type === "list" && answer.actions[0]?.Type === action;
          const hasAudio = withAudio.has(action) || seen.parameters["RingbackTone"] !== undefined;
          if (isNewList && !isIgnored && hasAudio && prepared === 0) fail("audio is not prepared when its list comes");
        } else if (effect.do === "record-audio" || effect.do === "start-call-recording") {
          const { bucket, key } = effect.destination;
          recordings += 1;
          const startedAt = dialledAt.get(effect.legId) ?? view.scene.call.at;
          const name =
            effect.do === "record-audio"
              ? `a/${effect.legId}-recordings-${recordings}.wav`
              : `b/${nameByTime(startedAt)}_${view.scene.call.transactionId}_${effect.legId}.wav`;
          if (bucket !== "rec" || key !== name) fail(`a recording goes to ${bucket}/${key}, not to ${name}`);
          keys.add(key);
        } else if (effect.do === "invoke") checkDestinations(view, effect.event, keys, fail);
        if (effect.do === "dial-leg") checkDial(view, effect, seen, fail);
        else if (seen !== undefined) checkRequest(view, seen, effect, after.timers.action, fail);
        return undefined;
      },
    };
  },
};

function checkRequest(view: View, seen: Seen, effect: CallEffect, timerId: string | undefined, fail: Fail): void {
  const { action, leg, parameters } = seen;
  const isWrong = (what: boolean, name: string): void => void (what && fail(`${effect.do} for ${action}: ${name}`));
  switch (effect.do) {
    case "play-audio":
      isWrong(effect.legId !== leg.id, "wrong leg");
      if (action === "PlayAudio") {
        isWrong(effect.repeat !== Math.max(1, Number(parameters["Repeat"])), "wrong repeats");
        isWrong(effect.source.type !== "object" || effect.source.key !== "prompt.wav", "wrong file");
      } else if (action === "Speak") {
        isWrong(effect.source.type !== "speech" || effect.source.speech.text !== parameters["Text"], "wrong text");
        isWrong(effect.repeat !== 1, "wrong repeats");
      } else if (action === "CallAndBridge") {
        isWrong(
          effect.repeat < 1_000 || effect.source.type !== "object" || effect.source.key !== "ring.wav",
          "ringback",
        );
        isWrong(leg.state !== "answered" && !leg.hasEarlyMedia, "nobody hears it");
      } else isWrong(!withAudio.has(action), "it plays nothing");
      return;
    case "open-early-media":
      return isWrong(effect.legId !== leg.id || leg.wasAnswered || action !== "CallAndBridge", "early media");
    case "send-digits":
      // 250 is the default.
      isWrong(![100, 250].includes(effect.toneMs), "wrong tone");
      isWrong(effect.legId !== leg.id || effect.digits !== parameters["Digits"], "wrong digits");
      return isWrong(
        effect.toneMs !== Number(parameters["ToneDurationInMilliseconds"]) ||
          effect.gapMs !== view.scene.config.limits.digitGapMs,
        "wrong times",
      );
    case "record-audio": {
      const { DurationInSeconds, SilenceDurationInSeconds, RecordingTerminators } = parameters;
      const maxMs = Math.min(
        view.scene.config.limits.longestRecordingMs,
        Number(DurationInSeconds ?? Infinity) * 1_000,
      );
      isWrong(effect.legId !== leg.id || effect.maxMs !== maxMs, "wrong leg or time");
      const silenceMs = SilenceDurationInSeconds === undefined ? undefined : Number(SilenceDurationInSeconds) * 1_000;
      isWrong(effect.silenceMs !== silenceMs || effect.silenceThreshold !== 200, "wrong silence");
      const terminators = (RecordingTerminators ?? []) as readonly string[];
      return isWrong(effect.terminators.join() !== terminators.join(), "wrong terminators");
    }
    case "start-call-recording":
      return isWrong(
        effect.legId !== leg.id || effect.track !== String(parameters["Track"]).toLowerCase(),
        "wrong leg or track",
      );
    case "pause-call-recording":
    case "resume-call-recording":
      return isWrong(effect.legId !== leg.id || !effect.do.startsWith(action.slice(0, 5).toLowerCase()), "wrong leg");
    case "join-meeting":
      return isWrong(
        effect.joinToken !== parameters["JoinToken"] || effect.meeting !== parameters["MeetingId"],
        "another meeting",
      );
    case "mute-attendees":
      isWrong(effect.legId !== leg.id || effect.meeting !== parameters["MeetingId"], "another meeting");
      return isWrong(
        effect.isMuted !== (parameters["Operation"] === "Mute") ||
          !isSame(effect.attendees, parameters["AttendeeList"]),
        "others are muted",
      );
    case "suppress-noise":
      return isWrong(
        effect.legId !== leg.id || String(effect.isOn) !== String(parameters["Enable"]).toLowerCase(),
        "wrong leg or switch",
      );
    case "start-timer":
      if (effect.timerId !== timerId) return;
      if (action === "Pause") isWrong(effect.delayMs !== parameters["DurationInMilliseconds"], "wrong time");
      if (action === "CallAndBridge") {
        // 30 s is the default.
        const isSent = [1, 5, 30].includes(effect.delayMs / 1_000);
        isWrong(!isSent || effect.delayMs !== Number(parameters["CallTimeoutSeconds"]) * 1_000, "wrong time");
      }
      return;
    default:
  }
}

function checkDial(
  { scene: { call }, book }: View,
  effect: Extract<CallEffect, { do: "dial-leg" }>,
  seen: Seen | undefined,
  fail: Fail,
): void {
  const { to, from, headers, destination, legId } = effect;
  if (destination.type !== "number") fail("a number is dialled as something else");
  if (legId === book.a.id) {
    if (to !== call.to || from !== call.from || !isSame(headers, call.dialHeaders)) fail("LEG-A is dialled wrongly");
    return;
  }
  if (seen?.action !== "CallAndBridge" || seen.leg !== book.a) fail("LEG-B is dialled by nobody");
  const sent = (seen?.parameters["SipHeaders"] ?? {}) as JsonObject;
  if (to !== "+15105550177" || from !== "+12065550188") fail("LEG-B is dialled with wrong numbers");
  if (Object.keys(headers).join() !== Object.keys(sent).join()) fail("LEG-B is dialled with wrong headers");
}

/** Contract: actions-call-recording-key */
function nameByTime(at: number): string {
  const time = new Date(at).toISOString();
  return `${time.slice(0, 10).replaceAll("-", "/")}/${time.slice(0, -1).replaceAll(/[T:.]/g, "-")}`;
}

/** The place that an event names is one that a recording went to. */
function checkDestinations({ scene }: View, event: JsonObject, keys: ReadonlySet<string>, fail: Fail): void {
  const data = event["ActionData"] as JsonObject | undefined;
  const type = event["InvocationEventType"];
  const { Key } = (data?.["RecordingDestination"] ?? {}) as Readonly<Record<string, string>>;
  const { Location } = (data?.["CallRecordingDestination"] ?? {}) as Readonly<Record<string, string>>;
  if (Key !== undefined && !keys.has(Key)) fail("RecordingDestination names no recording");
  if (Location !== undefined && !keys.has(Location.replace("rec/", ""))) fail("CallRecordingDestination");
  const isReported = scene.config.compatibility.tellInterruptedRecording;
  if (isReported && type === "ACTION_INTERRUPTED" && data?.["Type"] === "RecordAudio" && Key === undefined) {
    const { Participants } = event["CallDetails"] as { readonly Participants: readonly JsonObject[] };
    if (Participants.every(({ Status }) => Status !== undefined)) fail("what was recorded is not told");
  }
  if (type !== "ACTION_SUCCESSFUL") return;
  if (data?.["Type"] === "RecordAudio" && Key === undefined) fail("RecordingDestination is missing");
  if (data?.["Type"] === "StartCallRecording" && Location === undefined) fail("CallRecordingDestination is missing");
}
