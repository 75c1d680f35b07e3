import { isDeepStrictEqual } from "node:util";
import { actions } from "../../actions/index.ts";
import { nearestWord } from "../../kernel/index.ts";
import type { JsonObject } from "../../call/index.ts";
import { describeFinding, eventTypes } from "../../contract/index.ts";
import { CalledParty, usualWaitMs, type Waiting } from "./scripted-leg.ts";
import type { Fault, SceneEvent } from "./types.ts";

/** A call of a scene. It is its own LEG-A: `hears`, `presses` and `hangsUp` are the caller's, or those of who was called by the API. */
export class ScriptedCall extends CalledParty {
  #told = 0;
  #dialed = 0;
  #asked = 0;
  readonly #passedOver: SceneEvent[] = [];

  /** The function gets an event of this type, after those that were asked for before; further members must be as in `members`, which may name
   * only some (of objects in it as well).
   * @returns the event */
  async isTold(type: string, members: JsonObject = {}, { withinMs = usualWaitMs }: Waiting = {}): Promise<SceneEvent> {
    if (!eventTypes.includes(type)) {
      const nearest = nearestWord(type, eventTypes);
      const hint = nearest === undefined ? `there are ${eventTypes.join(", ")}` : `did you mean ${nearest}?`;
      throw this.error("a type of event", `there is none named ${JSON.stringify(type)}: ${hint}`);
    }
    const wanted = Object.keys(members).length === 0 ? "" : ` with ${JSON.stringify(members)}`;
    const isWanted = (event: SceneEvent) => event.InvocationEventType === type && holds(event, members);
    const from = this.#told;
    const others = () => this.world.events.slice(from).filter((event) => event.InvocationEventType === type);
    const at = await this.until(
      `the function to get ${type}${wanted}`,
      () => this.#indexOf(isWanted),
      withinMs,
      () => (others().length === 0 ? undefined : `those that came have ${others().map(nameMembers).join(", then ")}`),
    );
    this.#passedOver.push(...this.world.events.slice(this.#told, at));
    this.#told = at + 1;
    return this.world.events[at] as SceneEvent;
  }

  /** The function's next action that begins is of this type, with these parameters (some of them will do).
   * @returns the parameters as they were sent */
  async asksFor(type: string, parameters: JsonObject = {}, { withinMs = usualWaitMs }: Waiting = {}): Promise<object> {
    if (!actions.has(type)) {
      const nearest = nearestWord(type, [...actions.keys()]);
      const hint = nearest === undefined ? `there are ${[...actions.keys()].join(", ")}` : `did you mean ${nearest}?`;
      throw this.error("an action", `there is none named ${JSON.stringify(type)}: ${hint}`);
    }
    const wanted = Object.keys(parameters).length === 0 ? "" : ` with ${JSON.stringify(parameters)}`;
    const expected = `the function to ask for ${type}${wanted}`;
    const next = await this.until(expected, () => this.actions[this.#asked], withinMs);
    this.#asked += 1;
    if (next.type !== type || !holds(next.parameters, parameters))
      throw this.error(expected, `it asks for ${next.type} with ${JSON.stringify(next.parameters)}`);
    return next.parameters;
  }

  /** Every event so far was asked for by `isTold`, and every action by `asksFor`.
   * @throws SceneError that names the others */
  nothingElse(): void {
    const events = [...this.#passedOver, ...this.world.events.slice(this.#told)].map((one) => one.InvocationEventType);
    const others = [...events, ...this.actions.slice(this.#asked).map(({ type }) => type)];
    if (others.length > 0) throw this.error("nothing else", `there were ${others.join(", ")} too`);
  }

  /** The server calls somebody next.
   * @param to the number or SIP URI that must be called */
  async dials(to: string, { withinMs = usualWaitMs }: Waiting = {}): Promise<CalledParty> {
    const { dialed } = this.world.performed;
    const expected = `the server to call ${to}`;
    const leg = await this.until(
      expected,
      () => dialed.slice(this.#dialed).find(({ legId }) => legId !== this.legId),
      withinMs,
    );
    this.#dialed = dialed.indexOf(leg) + 1;
    if (leg.to !== to) throw this.error(expected, `it calls ${leg.to}`);
    return new CalledParty(this.world, leg);
  }

  /** UpdateSipMediaApplicationCall with this ArgumentsMap. */
  async updates(updateArguments: Readonly<Record<string, string>> = {}): Promise<void> {
    this.mustBeUp("is updated");
    this.world.give({ type: "update-requested", arguments: updateArguments });
    await this.world.until(() => true, 0);
  }

  /** The meeting that the call has joined is over for it. */
  async meetingEnds(): Promise<void> {
    this.mustBeUp("leaves a meeting");
    const legId = this.world.performed.meetings.at(-1);
    if (legId === undefined || this.world.stateOf(legId) !== "answered")
      throw this.error("a meeting to end", "the call is in none");
    this.world.give({ type: "meeting-left", legId, why: "the meeting ended" });
    await this.world.until(() => true, 0);
  }

  /** What the function's next invocation comes to; of several, in order. */
  nextAnswer(fault: Fault): void {
    this.world.plan(fault);
  }

  /** The call is answered: by the server, or by who is called. */
  async isAnswered({ withinMs = usualWaitMs }: Waiting = {}): Promise<void> {
    const isUp = () => this.world.stateOf(this.legId) === "answered" || undefined;
    await this.until("the call to be answered", isUp, withinMs);
  }

  /** The call comes to its end.
   * @returns why */
  async ends({ withinMs = usualWaitMs }: Waiting = {}): Promise<string> {
    return this.until("the call to end", () => this.world.endedBy, withinMs);
  }

  /** Numbers that the server called so far, in order. */
  get called(): readonly string[] {
    return this.world.performed.dialed.filter(({ legId }) => legId !== this.legId).map(({ to }) => to);
  }

  /** Why the call is over; undefined while it is up. */
  get endedBy(): string | undefined {
    return this.world.endedBy;
  }

  /** Telephones that hear nothing, talk with nobody, and for whom nothing is to come unless a far end does something. */
  get leftInSilence(): readonly string[] {
    return this.world.leftInSilence();
  }

  /** Every telephone talks with somebody, or something is to come for it.
   * @throws SceneError that names those that are left in silence */
  nobodyIsLeft(): void {
    const left = this.leftInSilence;
    if (left.length > 0)
      throw this.error("nobody to be left in silence", `${left.join(" and ")} hears nothing, and nothing is to come`);
  }

  /** All events that the function got. */
  get events(): readonly SceneEvent[] {
    return this.world.events;
  }

  /** The actions that ran, in order, with their parameters as they were sent. */
  get actions(): readonly { readonly type: string; readonly parameters: object }[] {
    return this.world.facts.flatMap(({ fact }) =>
      fact.type === "action-started" ? [{ type: fact.action, parameters: fact.parameters }] : [],
    );
  }

  /** TransactionAttributes as the next event would have them. */
  get attributes(): JsonObject | undefined {
    return this.world.attributes;
  }

  /** Objects that recordings went to: `bucket/key`. */
  get recordings(): readonly string[] {
    return this.world.performed.recordings;
  }

  /** What is wrong in the function's replies by the checker of the server, a sentence each. */
  get findings(): readonly string[] {
    return this.world.facts.flatMap(({ fact }) => {
      if (fact.type === "response-findings") return fact.findings.map(describeFinding);
      if (fact.type === "response-invalid") return [`${fact.errorType}: ${fact.message}`];
      return fact.type === "function-failed" ? [`the function failed (${fact.reason}): ${fact.message}`] : [];
    });
  }

  /** Gives back what a real call has opened: server, phones, sockets. */
  async close(): Promise<void> {
    await this.world.close();
  }

  /** Milliseconds since the call began. */
  get elapsedMs(): number {
    return this.world.elapsedMs();
  }

  /** What happened so far, a line each. */
  get timeline(): string {
    return this.world.timeline().join("\n");
  }

  /** The call so far as the server keeps it (`offhook replay` reads it), JSON lines. */
  get history(): string {
    return this.world.history();
  }

  #indexOf(isWanted: (event: SceneEvent) => boolean): number | undefined {
    const at = this.world.events.findIndex((event, index) => index >= this.#told && isWanted(event));
    return at < 0 ? undefined : at;
  }
}

/** What tells events of a type apart. */
function nameMembers({ ActionData, ErrorType, ErrorMessage }: SceneEvent): string {
  return JSON.stringify({ ActionData, ErrorType, ErrorMessage });
}

/** Whether a value has everything that is wanted. Lists must be the same. */
function holds(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return isDeepStrictEqual(value, wanted);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(wanted).every(([name, inner]) => holds((value as JsonObject)[name], inner));
}
