import type { CallerDoor, RunCaller, ToldStep } from "../../app/index.ts";
import type { CallObservation } from "../../call/index.ts";
import { AppError, errorMessage, newLegId, silentLogger } from "../../kernel/index.ts";
import { createMedia } from "../../media/index.ts";
import { explainEnd, type PhoneCall } from "../../phone/index.ts";
import { createPerformed } from "../scene/performer.ts";
import { SceneError } from "../scene/scene-error.ts";
import { ScriptedCall } from "../scene/scripted-call.ts";
import { RealLeg } from "../real/real-leg.ts";
import { createReferenceSounds } from "../real/reference-sounds.ts";
import { playOneStep } from "../script/play-scene.ts";
import { openTestPhone } from "../test-phone.ts";
import { LiveWorld } from "./live-world.ts";
import { readCallerScript, type CallerStep } from "./read-caller-script.ts";

/** No caller stays longer. */
const longestMs = 30 * 60_000;

/** Calls a number of a running server over SIP and RTP, and does what a script says: what it hears is judged by its sound, as in scenes with `real`. */
export const runCaller: RunCaller = async ({ number, from, script }, door, tell) => {
  const steps = readCallerScript(script);
  const host = ["0.0.0.0", "::"].includes(door.sip.host) ? "127.0.0.1" : door.sip.host;
  const media = await createMedia({ address: host, portRange: { min: 0, max: 0 }, log: silentLogger });
  const listen = { transport: "udp", host, port: 0 } as const;
  const phone = await openTestPhone({ media, listen }).catch(async (error: unknown) => {
    await media.close();
    throw error;
  });
  const references = createReferenceSounds(media, door.promptsFolder);
  const performed = createPerformed();
  const call = phone.dial(`sip:${number}@${host}:${door.sip.port}`, { from });
  const leg = new RealLeg(newLegId(), from, call, performed);
  const world = new LiveWorld(leg, performed, references);
  const stops = [
    door.listen((request) => references.add(request, door.speech)),
    door.watch(({ at, fact, transactionId }) => transactionId === known.callId && world.take(at, fact)),
  ];
  const known: { callId?: string } = {};
  const close = async () => {
    for (const stop of stops) stop();
    await phone.close();
    await media.close();
  };
  try {
    const callId = await findCall(call, door, number, (found) => (known.callId = found));
    const act = new ScriptedCall(world, { legId: leg.id, to: from, from: number, headers: {} });
    const limit = setTimeout(() => call.hangUp(), longestMs);
    const over = async () => {
      try {
        await playSteps(steps, { call: act, phone: call, door, tell: (step) => tell(callId, step) });
      } finally {
        clearTimeout(limit);
        await close();
      }
    };
    return { callId, over: over().catch(() => undefined) };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The transaction that the server made of a call; rejects where it made none. */
function findCall(call: PhoneCall, door: CallerDoor, number: string, found: (callId: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const stop = door.watch(({ fact, transactionId }: CallObservation) => {
      if (fact.type !== "leg-signalled" || fact.sipCallId !== call.sipCallId) return;
      stop();
      found(transactionId);
      resolve(transactionId);
    });
    void call.ended.then((report) => {
      stop();
      const why = report.problem ?? explainEnd(report.end);
      const hint = "Refused calls are in the list of calls, with their ladder.";
      reject(new AppError("API_UNPROCESSABLE", `The server did not take the call to ${number}: ${why}. ${hint}`));
    });
  });
}

interface Stage {
  readonly call: ScriptedCall;
  readonly phone: PhoneCall;
  readonly door: CallerDoor;
  readonly tell: (step: ToldStep) => void;
}

/** Plays all steps, or those before the first that fails; then the caller hangs up. */
async function playSteps(steps: readonly CallerStep[], { call, phone, door, tell }: Stage): Promise<void> {
  try {
    for (const [index, { word, written, text }] of steps.entries()) {
      const step = { step: index + 1, text };
      tell({ ...step, state: "began" });
      try {
        if (word === "says") await say(written.says ?? "", phone, door);
        else await playOneStep({ call, parties: new Map() }, written);
      } catch (error) {
        return tell({ ...step, state: "failed", message: whyOf(error) });
      }
      tell({ ...step, state: "done" });
    }
  } finally {
    phone.hangUp();
  }
}

/** By the server's own voice. */
async function say(text: string, phone: PhoneCall, { speech }: CallerDoor): Promise<void> {
  const pcm = await speech.synthesize({
    ...{ text, textType: "text", voiceId: "Matthew", languageCode: undefined, engine: "standard" },
  });
  await phone.play(pcm);
}

function whyOf(error: unknown): string {
  if (error instanceof SceneError) return `expected ${error.expected}, but ${error.found}`;
  return errorMessage(error);
}
