import { isDeepStrictEqual } from "node:util";
import {
  CalledParty,
  dial,
  eachWay,
  placeCall,
  SceneError,
  type Handler,
  type OpenFunction,
  type SceneOptions,
  type ScriptedCall,
  type ScriptedLeg,
} from "../scene/index.ts";
import { stepNameOf, type ReadScene } from "./read-scenes.ts";
import type { StepName, WrittenBeginning, WrittenStep } from "./scene-schema.ts";

/** A scene as it is played. Without places: it was not read from a file. */
export type PlayedScene = Omit<ReadScene, "placeOf"> & Partial<Pick<ReadScene, "placeOf">>;

/** A call that is played, with who was named in it. */
export interface Stage {
  readonly call: ScriptedCall;
  readonly parties: Map<string, CalledParty>;
}

/** Plays a scene with a function.
 * @returns the call at its end
 * @throws SceneError of the step that does not come, with its place */
export async function playScene(
  scene: PlayedScene,
  app: Handler | OpenFunction,
  options: SceneOptions = {},
): Promise<ScriptedCall> {
  const played: { call?: ScriptedCall } = {};
  const play = async (way: SceneOptions) => void (played.call = await playOnce(scene, app, { ...options, ...way }));
  if (scene.eachWay === true) await eachWay(play);
  else await play({});
  if (played.call === undefined) throw new Error("a scene was played without a call");
  return played.call;
}

async function playOnce(scene: PlayedScene, app: Handler | OpenFunction, options: SceneOptions): Promise<ScriptedCall> {
  const begin = scene.placeCall === undefined ? dial : placeCall;
  const written = optionsOf(scene.placeCall ?? scene.dial ?? {});
  const compatibility = { ...written.compatibility, ...options.compatibility };
  const call = await begin(app, {
    ...written,
    ...options,
    compatibility,
    ...(scene.real === true ? { real: true } : {}),
  });
  const stage: Stage = { call, parties: new Map() };
  try {
    await playSteps(stage, scene);
  } finally {
    await call.close();
  }
  return call;
}

async function playSteps(stage: Stage, scene: PlayedScene): Promise<void> {
  for (const [index, step] of scene.steps.entries()) {
    const name = stepNameOf(step);
    try {
      await playOneStep(stage, step);
    } catch (error) {
      const place = scene.placeOf?.(index);
      throw error instanceof SceneError
        ? error.at(`${place === undefined ? "" : `${place}: `}step ${index + 1}, ${name}`)
        : error;
    }
  }
}

/** Plays one step.
 * @throws SceneError when it does not come, or cannot be */
export async function playOneStep(stage: Stage, step: WrittenStep): Promise<void> {
  await playStep[stepNameOf(step)](stage, step);
}

function optionsOf(written: WrittenBeginning): SceneOptions {
  return written as SceneOptions;
}

function legOf({ call, parties }: Stage, { who }: WrittenStep): ScriptedLeg {
  return who === undefined ? call : (parties.get(who) ?? call);
}

function calledOf(stage: Stage, step: WrittenStep): CalledParty {
  const leg = legOf(stage, step);
  if (leg instanceof CalledParty) return leg;
  throw new Error("who was not called cannot answer");
}

const wait = ({ withinMs }: WrittenStep) => (withinMs === undefined ? {} : { withinMs });

/** What each step does. */
const playStep: { readonly [Name in StepName]: (stage: Stage, step: WrittenStep) => unknown } = {
  hears(stage, step) {
    const { hears = "", toTheEnd = false } = step;
    const { prompt, pattern } = typeof hears === "string" ? {} : hears;
    const words = typeof hears === "string" ? hears : new RegExp(pattern ?? "", "i");
    return legOf(stage, step).hears(prompt === undefined ? words : { prompt }, { ...wait(step), toTheEnd });
  },
  hearsNothing: (stage, step) => legOf(stage, step).hearsNothing(step.hearsNothing ?? 0),
  presses(stage, step) {
    const { presses = "", gapMs, lateMs, doubled, early } = step;
    const how = Object.entries({ gapMs, lateMs, doubled, early }).filter(([, value]) => value !== undefined);
    return legOf(stage, step).presses(presses, Object.fromEntries(how));
  },
  speaks: (stage, step) => legOf(stage, step).speaks(step.speaks ?? 0),
  waits: (stage, step) => legOf(stage, step).waits(step.waits ?? 0),
  hangsUp: (stage, step) => legOf(stage, step).hangsUp(),
  vanishes: (stage, step) => legOf(stage, step).vanishes(),
  isHungUp: (stage, step) => legOf(stage, step).isHungUp(wait(step)),
  isBridged(stage, step) {
    const leg = legOf(stage, step);
    expect(
      stage,
      `${leg.number} to be ${step.isBridged === true ? "" : "not "}bridged`,
      leg.isBridged === step.isBridged,
    );
  },
  receivedKeys(stage, step) {
    const leg = legOf(stage, step);
    const found = `it got ${leg.receivedKeys === "" ? "none" : leg.receivedKeys}`;
    expect(stage, `${leg.number} to get the keys ${step.receivedKeys}`, leg.receivedKeys === step.receivedKeys, found);
  },
  rings: (stage, step) => calledOf(stage, step).rings(),
  startsEarlyAudio: (stage, step) => calledOf(stage, step).startsEarlyAudio(),
  answers: (stage, step) => calledOf(stage, step).answers(),
  isBusy: (stage, step) => calledOf(stage, step).isBusy(),
  refuses: (stage, step) => calledOf(stage, step).refuses(step.refuses ?? 0),
  async dials(stage, step) {
    const { dials = "", as, showing, headers } = step;
    const party = await stage.call.dials(dials, wait(step));
    if (as !== undefined) stage.parties.set(as, party);
    const shown = `${dials} to be shown ${showing}`;
    if (showing !== undefined) expect(stage, shown, party.from === showing, `it is shown ${party.from}`);
    for (const [name, value] of Object.entries(headers ?? {})) {
      const found = `it has ${JSON.stringify(party.headers[name])}`;
      expect(stage, `${dials} to get ${name}: ${JSON.stringify(value)}`, party.headers[name] === value, found);
    }
  },
  isTold: ({ call }, step) => call.isTold(step.isTold ?? "", step.with ?? {}, wait(step)),
  asksFor: ({ call }, step) => call.asksFor(step.asksFor ?? "", step.with ?? {}, wait(step)),
  updates: ({ call }, step) => call.updates(step.updates),
  meetingEnds: ({ call }) => call.meetingEnds(),
  nextAnswer({ call }, { nextAnswer = "throws" }) {
    call.nextAnswer(nextAnswer as Parameters<ScriptedCall["nextAnswer"]>[0]);
  },
  hasAttributes(stage, { hasAttributes }) {
    const { attributes = {} } = stage.call;
    const expected = `the attributes to be ${JSON.stringify(hasAttributes)}`;
    expect(
      stage,
      expected,
      isDeepStrictEqual({ ...attributes }, hasAttributes),
      `they are ${JSON.stringify(attributes)}`,
    );
  },
  hasRecorded(stage, { hasRecorded = "" }) {
    const { recordings } = stage.call;
    const found = recordings.length === 0 ? "there is none" : `there are ${recordings.join(", ")}`;
    expect(
      stage,
      `a recording ${hasRecorded}`,
      recordings.some((name) => name.includes(hasRecorded)),
      found,
    );
  },
  hasNoFindings(stage) {
    const { findings } = stage.call;
    expect(
      stage,
      "no findings in the function's replies",
      findings.length === 0,
      `there are:\n  ${findings.join("\n  ")}`,
    );
  },
  isAnswered: ({ call }, step) => call.isAnswered(wait(step)),
  nobodyIsLeft: ({ call }) => call.nobodyIsLeft(),
  nothingElse: ({ call }) => call.nothingElse(),
  ends: ({ call }, step) => call.ends(wait(step)),
};

function expect({ call }: Stage, expected: string, isSo: boolean, found = "it is not so"): void {
  if (!isSo) throw new SceneError(expected, found, call.timeline.split("\n"));
}
