import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { loadConfig, startServer, type Server } from "../../app/index.ts";
import type { CallFact, JsonObject } from "../../call/index.ts";
import { newLegId, silentLogger, systemClock, type LegId } from "../../kernel/index.ts";
import { createMedia, type Media } from "../../media/index.ts";
import type { Phone, PhoneCall } from "../../phone/index.ts";
import { createSpeech } from "../../speech/index.ts";
import { createFaultPlan, thrownByScene, unusableReply, type FaultPlan } from "../scene/fault-plan.ts";
import { createPerformed } from "../scene/performer.ts";
import { SceneError } from "../scene/scene-error.ts";
import type { SceneWorld } from "../scene/scene-world.ts";
import { describeFacts } from "../scene/timeline.ts";
import type { TimelessInput } from "../scene/timeless-input.ts";
import type { Fault, SceneEvent, SceneOptions } from "../scene/types.ts";
import { openTestPhone } from "../test-phone.ts";
import { postEvents, type Ask, type PostedFunction } from "./post-events.ts";
import { RealLeg } from "./real-leg.ts";
import { createReferenceSounds } from "./reference-sounds.ts";

/** How a real call begins. */
export interface RealBeginning {
  readonly legId: LegId;
  readonly direction: "Inbound" | "Outbound";
  readonly from: string;
  readonly to: string;
  readonly owned: readonly string[];
  readonly ask: Ask;
  readonly options: SceneOptions;
}

const everyMs = 20;
const applicationName = "under-test";

/** Places a call over SIP and RTP on loopback: the server itself, and phones of ours that the scene drives and that judge what they hear. It has what
 * scenes need of a world, in the time of the machine. Resolves when the function has answered the first event. */
export async function openRealWorld(beginning: RealBeginning): Promise<SceneWorld> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-real-"));
  const parts = {
    folder,
    media: await createMedia({ address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger }),
  };
  const world = new RealWorld(beginning, parts);
  try {
    await world.begin();
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}

interface Parts {
  readonly folder: string;
  readonly media: Media;
}

class RealWorld implements SceneWorld {
  readonly events: SceneEvent[] = [];
  readonly facts: { readonly at: number; readonly fact: CallFact }[] = [];
  readonly performed = createPerformed();
  endedBy: string | undefined;
  attributes: JsonObject | undefined;
  readonly #beginning: RealBeginning;
  readonly #parts: Parts;
  readonly #startedAt = systemClock.now();
  readonly #legs: RealLeg[] = [];
  readonly #references;
  readonly #phones: Phone[] = [];
  readonly #plan: FaultPlan;
  /** What is done while the function is at work on its next event. */
  readonly #meanwhile: (() => void)[] = [];
  /** Keys that are being sent. */
  readonly #pressing = new Set<Promise<void>>();
  #posted: PostedFunction | undefined;
  #server: Server | undefined;
  #transactionId = "";

  constructor(beginning: RealBeginning, parts: Parts) {
    this.#beginning = beginning;
    this.#parts = parts;
    const { objects } = beginning.options;
    this.#plan = createFaultPlan(beginning.options);
    this.#references = createReferenceSounds(parts.media, objects === undefined ? undefined : resolve(objects));
  }

  async begin(): Promise<void> {
    const { direction, from, to, legId, options } = this.#beginning;
    const { media } = this.#parts;
    const onDigit = (call: PhoneCall, digit: string) => this.#hearKey(call, digit);
    const onCall = (call: PhoneCall) => this.#take(call);
    const far = await openTestPhone({ greeting: { type: "ring" }, media, onCall, onDigit });
    this.#phones.push(far);
    this.#posted = await postEvents((event) => this.#ask(event));
    this.#server = await this.#start(far, this.#posted.url);
    if (direction === "Outbound") await this.#place();
    else {
      const phone = await openTestPhone({ media, onDigit });
      this.#phones.push(phone);
      const [listener] = this.#server.sipListeners;
      const headers = Object.entries(options.headers ?? {}).map(([name, value]) => ({ name, value }));
      const call = phone.dial(`sip:${to}@127.0.0.1:${listener?.port}`, { from, headers });
      this.#legs.push(new RealLeg(legId, from, call, this.performed));
    }
    const isTold = () =>
      this.facts.some(({ fact }) => fact.type === "replied" || fact.type === "function-failed") || undefined;
    await this.until(isTold, 30_000);
  }

  /** The function, or what the scene lets come of it. */
  async #ask(event: unknown): ReturnType<Ask> {
    const { fault, tookMs } = this.#plan.next();
    // It ends when the server gives the connection up.
    if (fault === "silent") return new Promise(() => undefined);
    const result = fault === "throws" ? thrownByScene : await this.#beginning.ask(event);
    for (const act of this.#meanwhile.splice(0)) act();
    await Promise.all(this.#pressing);
    if (tookMs > 0) await pause(tookMs);
    if (fault === "answer-lost") return "lost";
    return fault === "unusable" ? unusableReply : result;
  }

  async #start(far: Phone, url: string): Promise<Server> {
    const { owned, options } = this.#beginning;
    const { objects } = options;
    const [number = ""] = owned;
    const config = loadConfig({
      mode: "production",
      environment: {},
      folder: this.#parts.folder,
      written: {
        sip: { listen: ["udp://127.0.0.1:0"] },
        api: { listen: "http://127.0.0.1:0" },
        media: { ports: "0-0", workers: 1 },
        ...(options.speechEngines === undefined ? {} : { speech: { engines: [...options.speechEngines] } }),
        numbers: [...owned],
        functions: { [applicationName]: { url } },
        applications: [{ name: applicationName, function: applicationName }],
        rules: [{ name: applicationName, number, applications: [applicationName] }],
        ...(objects === undefined ? {} : { objects: { folder: resolve(objects) } }),
        ...(options.compatibility === undefined ? {} : { compatibility: options.compatibility }),
      },
    });
    return startServer({
      config,
      clock: systemClock,
      log: silentLogger,
      defaultRoute: () => far.address,
      rooms: { createSpeech: async (speech) => this.#references.listenTo(await createSpeech(speech)) },
      onObservation: ({ at, fact, transactionId }) => {
        this.#transactionId ||= transactionId;
        this.#observe(at, fact);
      },
    });
  }

  #observe(at: number, fact: CallFact): void {
    this.facts.push({ at, fact });
    this.#references.take(fact);
    if (fact.type === "invoked") this.events.push(fact.event as SceneEvent);
    if (fact.type === "replied") {
      const kept = (fact.response as { readonly TransactionAttributes?: JsonObject } | null)?.TransactionAttributes;
      this.attributes = kept ?? this.attributes;
    }
    if (fact.type === "action-ended" && fact.action === "CallAndBridge" && fact.outcome === "succeeded")
      for (const { id, state } of this.#legs) if (state === "answered") this.performed.joined.add(id);
    if (fact.type === "recording-stored") this.performed.recordings.push(`${fact.bucket}/${fact.key}`);
    if (fact.type === "leg-changed" && fact.state === "ended") this.performed.joined.clear();
    if (fact.type === "call-ended") this.endedBy = fact.cause;
  }

  /** CreateSipMediaApplicationCall, by the official client. */
  async #place(): Promise<void> {
    const { from, to, options } = this.#beginning;
    const { CreateSipMediaApplicationCallCommand, ListSipMediaApplicationsCommand } =
      await import("@aws-sdk/client-chime-sdk-voice");
    const client = await this.#client();
    const { SipMediaApplications: [application] = [] } = await client.send(new ListSipMediaApplicationsCommand({}));
    await client.send(
      new CreateSipMediaApplicationCallCommand({
        FromPhoneNumber: from,
        ToPhoneNumber: to,
        SipMediaApplicationId: application?.SipMediaApplicationId ?? "",
        ArgumentsMap: { ...options.arguments },
        SipHeaders: { ...options.headers },
      }),
    );
  }

  async #client() {
    const { ChimeSDKVoiceClient } = await import("@aws-sdk/client-chime-sdk-voice");
    const credentials = { accessKeyId: "offhook", secretAccessKey: "offhook" };
    return new ChimeSDKVoiceClient({ region: "us-east-1", endpoint: this.#server?.apiUrl ?? "", credentials });
  }

  /** Somebody whom the server calls. */
  #take(call: PhoneCall): void {
    const header = (name: string) => call.headers.find((one) => one.name.toLowerCase() === name)?.value ?? "";
    const userOf = (value: string) => /sips?:([^@;>]+)@/.exec(value)?.[1] ?? value;
    const isFirst = this.#beginning.direction === "Outbound" && this.#legs.length === 0;
    const legId = isFirst ? this.#beginning.legId : newLegId();
    const to = userOf(header("to"));
    this.#legs.push(new RealLeg(legId, to, call, this.performed));
    const shown = call.headers.filter(({ name }) => /^x-/i.test(name)).map(({ name, value }) => [name, value] as const);
    this.performed.dialed.push({ legId, to, from: userOf(header("from")), headers: Object.fromEntries(shown) });
  }

  elapsedMs(): number {
    return systemClock.now() - this.#startedAt;
  }

  stateOf(legId: LegId) {
    return this.#legs.find(({ id }) => id === legId)?.state;
  }

  leftInSilence(): readonly string[] {
    return this.#onlyVirtual("leftInSilence");
  }

  press(legId: LegId, key: string): void {
    const leg = this.#legOf(legId);
    const pressed = leg?.press(key);
    // Nobody hears keys before the answer; the phone keeps them until then.
    if (pressed === undefined || leg?.state !== "answered") return;
    this.#pressing.add(pressed);
    void pressed.then(() => this.#pressing.delete(pressed));
  }

  speak(legId: LegId, ms: number): void {
    this.#legOf(legId)?.speak(ms);
  }

  give(input: TimelessInput): void {
    if (input.type === "update-requested") {
      void this.#update(input.arguments);
      return;
    }
    if (!("legId" in input)) return;
    const leg = this.#legOf(input.legId);
    if (input.type === "leg-answered") leg?.call.answer();
    if (input.type === "leg-early-media") this.#onlyVirtual("startsEarlyAudio");
    if (input.type !== "leg-ended" || leg === undefined) return;
    leg.hasLeft = true;
    if (input.end.type === "rejected") leg.call.reject(input.end.status);
    else if (input.end.type === "no-media") this.#onlyVirtual("vanishes");
    else leg.call.hangUp();
  }

  async #update(updateArguments: Readonly<Record<string, string>>): Promise<void> {
    const { UpdateSipMediaApplicationCallCommand } = await import("@aws-sdk/client-chime-sdk-voice");
    const client = await this.#client();
    const target = this.events[0]?.CallDetails["SipMediaApplicationId"];
    await client.send(
      new UpdateSipMediaApplicationCallCommand({
        SipMediaApplicationId: String(target),
        TransactionId: this.#transactionId,
        Arguments: { ...updateArguments },
      }),
    );
  }

  plan(fault: Fault): void {
    this.#plan.add(fault);
  }

  planMeanwhile(act: () => void): void {
    this.#meanwhile.push(act);
  }

  async until<T>(find: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const endMs = systemClock.monotonicMs() + withinMs;
    for (;;) {
      for (const leg of this.#legs) await leg.listen(this.#references, systemClock.now());
      const found = find();
      if (found !== undefined || systemClock.monotonicMs() >= endMs) return found;
      if (this.endedBy !== undefined && this.#legs.every(({ isOver }) => isOver)) return undefined;
      await pause(everyMs);
    }
  }

  timeline(): readonly string[] {
    return describeFacts(this.facts, this.#startedAt);
  }

  history(): string {
    return this.#onlyVirtual("history");
  }

  async close(): Promise<void> {
    const { folder, media } = this.#parts;
    for (const phone of this.#phones) await phone.close();
    await this.#server?.close();
    this.#posted?.close();
    await media.close();
    await rm(folder, { recursive: true, force: true });
  }

  /** A key that the server sent to one of the phones. */
  #hearKey(call: PhoneCall, keys: string): void {
    const leg = this.#legs.find((one) => one.call === call);
    if (leg !== undefined) this.performed.sentKeys.push({ legId: leg.id, keys });
  }

  #legOf(legId: LegId): RealLeg | undefined {
    return this.#legs.find(({ id }) => id === legId);
  }

  #onlyVirtual(what: string): never {
    throw new SceneError("a step of a real call", `${what} is for virtual time only`, this.timeline());
  }
}
