import { sourceOf, type Timer } from "../../kernel/index.ts";
import { parseSipUri, type ParsedUri } from "../../sip-syntax/index.ts";
import type { SipAccount } from "../digest/account.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import { newTag } from "../random.ts";
import { registerOptions } from "../method/register.ts";
import { stepBindings, type Binding, type Bindings, type BindingsInput } from "../registrar/bindings-machine.ts";
import { Gruus } from "../registrar/gruu.ts";
import { keepBindings, restoreBindings, type KeptBinding } from "../registrar/kept.ts";
import { readRegistration } from "../registrar/registration.ts";
import { wayTo } from "../registrar/way.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type {
  KeptRegistration,
  RegisteredContact,
  RegisteredPhone,
  RegistrationChange,
  SipPhones,
  UserAgentOptions,
} from "../types.ts";
import { respond, type AgentCore } from "./core.ts";
import { refuse } from "./refuse.ts";

/** Most accounts with a phone at one time. */
const mostAccounts = 10_000;
const retryAfterS = 60;

/** What is kept of an account that has a phone. */
interface Registered {
  readonly account: SipAccount;
  readonly bindings: Bindings;
}

/** The way that a REGISTER came, for the INVITEs that go back. */
interface KeptFlow {
  readonly flow: Flow;
  /** Gives its connection free. */
  release(): void;
}

/** Keeps where phones are reached. RFC 3261 §10.3, RFC 5626, RFC 3327, RFC 5627 */
export class Registrar {
  readonly #core: () => AgentCore;
  readonly #phones: SipPhones;
  /** The machine's clock: what waits for the next expiry is no open timer of a call. */
  readonly #clock: AgentCore["clock"];
  readonly #registered = new Map<string, Registered>();
  readonly #flows = new Map<number, KeptFlow>();
  /** How many bindings each source has. */
  readonly #sources = new Map<string, number>();
  readonly #gruus = new Gruus();
  readonly #onChange: UserAgentOptions["onRegistration"];
  #lastFlowId = 0;
  #next: { readonly atMs: number; readonly timer: Timer } | undefined;

  constructor(
    core: () => AgentCore,
    phones: SipPhones,
    { clock, onRegistration }: Pick<UserAgentOptions, "clock" | "onRegistration">,
  ) {
    this.#core = core;
    this.#phones = phones;
    this.#clock = clock;
    this.#onChange = onRegistration;
  }

  /** Takes what the process before left of accounts that may still register. */
  restore(): void {
    for (const kept of this.#phones.keep?.left ?? []) this.#restore(kept);
    const phones = this.count();
    if (phones > 0) this.#core().log.info({ phones }, "phones that registered before the start are known");
  }

  #restore(kept: KeptRegistration): void {
    const account = this.#phones.find(kept.account).find(({ name }) => name === kept.account);
    if (account?.mayRegister === true && this.#registered.size < mostAccounts) {
      const bindings = restoreBindings(kept.bindings, this.#sinceMs(), (one) => this.#flowBackTo(one, account));
      this.#step(account, { type: "restore", bindings });
      this.#releaseUnused(
        bindings.map(({ flowId }) => flowId),
        account.name,
      );
      for (const { wantsGruu, ownHost } of bindings) if (wantsGruu) this.#gruus.expect(ownHost);
    }
    const left = this.#registered.get(kept.account)?.bindings ?? [];
    if (left.length !== kept.bindings.length) this.#save(kept.account, left);
  }

  #save(account: string, bindings: Bindings): void {
    this.#phones.keep?.save({ account, bindings: keepBindings(bindings, this.#sinceMs()) });
  }

  /** The listener that a datagram came to sends back to where it came from; connections have ended. */
  #flowBackTo({ source, listener }: KeptBinding, account: SipAccount): number {
    const flow = listener && this.#core().transport.flowBackTo(source, listener);
    return flow === undefined ? 0 : this.#keep(flow, account);
  }

  /** Epoch milliseconds of the moment 0 of the bindings' clock. */
  #sinceMs(): number {
    return this.#clock.now() - this.#clock.monotonicMs();
  }

  /** Answers a REGISTER of `account`. */
  take(transaction: ServerTransaction, account: SipAccount): void {
    const { request, flow } = transaction;
    const core = this.#core();
    const toTag = newTag();
    const registration = readRegistration(request);
    if ("refusal" in registration) return refuse(core, transaction, { ...registration.refusal, toTag });
    if (!this.#registered.has(account.name) && this.#registered.size >= mostAccounts) {
      const why = `${mostAccounts} accounts have phones`;
      const lines = `Retry-After: ${retryAfterS}\r\n`;
      return refuse(core, transaction, { cause: "too-many-registrations", why, lines, toTag });
    }
    const flowId = this.#keep(flow, account);
    // Who is not called by his transport is gone with what he opened.
    const isOpenedByPhone = flow.transport.records === undefined;
    const staysOnFlow = isOpenedByPhone || (core.isSymmetric(flow.peer) ?? isBehindNat(request, flow));
    const isTrusted = this.#phones.isTrusted?.(flow.peer) === true;
    const { peer: source, listener } = flow;
    const arrived = {
      ...{ source, flowId, staysOnFlow, isTrusted, ownHost: flow.local.host },
      listener: listener && { host: listener.host, port: listener.port },
    };
    const outcome = this.#step(account, { type: "register", registration, arrived, limits: this.#phones.expiry });
    this.#releaseUnused([flowId], account.name);
    if (outcome.type === "refused") return refuse(core, transaction, { ...outcome.refusal, toTag });
    return respond(core, transaction, {
      status: 200,
      toTag,
      lines: this.#linesOf(account, flow, request.list("path")),
    });
  }

  /** Where the phones of accounts are called; of a device with several ways the last to register. The preferred come first (RFC 3261 §20.10, q). */
  contactsOf(accounts: readonly SipAccount[]): readonly RegisteredContact[] {
    return this.#ways(accounts.flatMap(({ name }) => this.#bindingsOf(name)));
  }

  /** Where a URI is called that calls one device. undefined: it is none of ours. RFC 5627 §5 */
  contactsOfDevice(uri: ParsedUri): readonly RegisteredContact[] | undefined {
    const read = this.#gruus.read(uri);
    return read && this.#ways(this.#bindingsOf(read.account).filter((one) => read.isDevice(one)));
  }

  /** The same for the text of a URI. */
  findDevice(text: string): readonly RegisteredContact[] | undefined {
    const uri = text.includes(";gr") ? parseSipUri(text) : undefined;
    return uri && this.contactsOfDevice(uri);
  }

  /** What the phone with this contact registered over, while it is open. */
  findFlow(contact: string): Flow | undefined {
    for (const { bindings } of this.#registered.values()) {
      const binding = bindings.find(({ uri }) => uri === contact);
      const flow = binding && this.#flows.get(binding.flowId)?.flow;
      if (flow?.isOpen() === true) return flow;
    }
    return undefined;
  }

  /** Whether a phone has registered from there. */
  hasContactFrom(host: string): boolean {
    return this.#sources.has(sourceOf(host));
  }

  /** All that are registered. */
  list(): readonly RegisteredPhone[] {
    const sinceMs = this.#sinceMs();
    return [...this.#registered.values()].flatMap(({ account, bindings }) =>
      bindings.map(({ uri, source, expiresAtMs }) => ({
        ...{ account: account.name, contact: uri, source, expiresAt: sinceMs + expiresAtMs },
      })),
    );
  }

  /** Contacts of all accounts. */
  count(): number {
    let sum = 0;
    for (const { bindings } of this.#registered.values()) sum += bindings.length;
    return sum;
  }

  close(): void {
    this.#next?.timer.cancel();
    for (const { release } of this.#flows.values()) release();
    this.#flows.clear();
    this.#registered.clear();
    this.#sources.clear();
  }

  #bindingsOf(name: string): Bindings {
    const nowMs = this.#clock.monotonicMs();
    return this.#registered.get(name)?.bindings.filter(({ expiresAtMs }) => expiresAtMs > nowMs) ?? [];
  }

  #ways(bindings: Bindings): readonly RegisteredContact[] {
    const latest = bindings.filter(
      ({ instance }, index) =>
        instance === undefined || bindings.findLastIndex((other) => other.instance === instance) === index,
    );
    return latest
      .toSorted((one, other) => Number(other.q ?? 1) - Number(one.q ?? 1))
      .map((binding) => wayTo(binding, this.#flows.get(binding.flowId)?.flow));
  }

  #step(account: SipAccount, input: BindingsInput) {
    const { name } = account;
    const nowMs = this.#clock.monotonicMs();
    const before = this.#registered.get(name)?.bindings ?? [];
    const [bindings, outcome] = stepBindings(before, input, nowMs);
    this.#registered.delete(name);
    if (bindings.length > 0) this.#registered.set(name, { account, bindings });
    for (const { source } of before) this.#countSource(source.host, -1);
    for (const { source } of bindings) this.#countSource(source.host, 1);
    this.#releaseUnused(
      before.map(({ flowId }) => flowId),
      name,
    );
    this.#wakeAt(Math.min(...bindings.map(({ expiresAtMs }) => expiresAtMs)));
    if (outcome.type === "changed") {
      if (!changesNothing(input)) this.#save(name, bindings);
      this.#say(name, input.type, outcome);
    }
    return outcome;
  }

  #countSource(host: string, change: 1 | -1): void {
    const source = sourceOf(host);
    const count = (this.#sources.get(source) ?? 0) + change;
    if (count > 0) this.#sources.set(source, count);
    else this.#sources.delete(source);
  }

  /** A connection stays open while a phone is reached by it, and a phone that is reached by nothing else is gone with it. RFC 5626 §4.2.1, §5.3 */
  #keep(flow: Flow, account: SipAccount): number {
    this.#lastFlowId += 1;
    const id = this.#lastFlowId;
    const release = flow.watch(() => {
      this.#flows.delete(id);
      if (this.#registered.has(account.name)) this.#step(account, { type: "flow-lost", flowId: id });
    });
    this.#flows.set(id, { flow, release });
    return id;
  }

  #releaseUnused(ids: readonly number[], name: string): void {
    const used = new Set(this.#registered.get(name)?.bindings.map(({ flowId }) => flowId));
    for (const id of ids) {
      if (used.has(id)) continue;
      this.#flows.get(id)?.release();
      this.#flows.delete(id);
    }
  }

  /** Wakes at the next expiry of all. */
  #wakeAt(atMs: number): void {
    if (!Number.isFinite(atMs) || (this.#next !== undefined && this.#next.atMs <= atMs)) return;
    this.#next?.timer.cancel();
    const timer = this.#clock.startTimer(Math.max(0, atMs - this.#clock.monotonicMs()), () => this.#expire());
    this.#next = { atMs, timer };
  }

  #expire(): void {
    this.#next = undefined;
    const nowMs = this.#clock.monotonicMs();
    for (const { account, bindings } of [...this.#registered.values()]) {
      const atMs = Math.min(...bindings.map(({ expiresAtMs }) => expiresAtMs));
      if (atMs <= nowMs) this.#step(account, { type: "time" });
      else this.#wakeAt(atMs);
    }
  }

  #say(
    account: string,
    input: BindingsInput["type"],
    { added, removed }: { readonly added: Bindings; readonly removed: Bindings },
  ): void {
    if (input === "restore") return;
    const nowMs = this.#clock.monotonicMs();
    const tell = (type: RegistrationChange["type"], { uri, source }: Binding, message: string) => {
      this.#core().log.info({ phone: account, contact: uri, source, change: type }, message);
      this.#onChange?.({ type, account, contact: uri, source });
    };
    for (const binding of added) tell("registered", binding, "a phone is registered");
    for (const binding of removed) {
      const type = binding.expiresAtMs <= nowMs ? "expired" : input === "flow-lost" ? "lost" : "left";
      tell(type, binding, "a phone is no longer registered");
    }
  }

  /** All contacts of the account, with the seconds that each lasts. RFC 3261 §10.3 */
  #linesOf({ name }: SipAccount, flow: Flow, path: readonly string[]): string {
    const nowMs = this.#clock.monotonicMs();
    const bindings = this.#bindingsOf(name);
    const contacts = bindings.map((binding) => {
      const { uri, q, instance, regId, expiresAtMs } = binding;
      const parameters = [
        `<${uri}>;expires=${Math.ceil((expiresAtMs - nowMs) / 1_000)}`,
        ...(q === undefined ? [] : [`q=${q}`]),
        ...(instance === undefined ? [] : [`+sip.instance="${instance}"`]),
        ...(regId === undefined ? [] : [`reg-id=${regId}`]),
      ];
      return `Contact: ${parameters.join(";")}${this.#gruus.parametersOf(name, binding, flow.local)}\r\n`;
    });
    const usesOutbound = bindings.some(({ regId }) => regId !== undefined);
    return [
      ...contacts,
      ...path.map((value) => `Path: ${value}\r\n`),
      ...(usesOutbound ? ["Require: outbound\r\n"] : []),
      `Allow: ${this.#core().methods.allowed}\r\nSupported: ${registerOptions.join(", ")}\r\n`,
      `Date: ${new Date(this.#clock.now()).toUTCString()}\r\n`,
    ].join("");
  }
}

/** Whether what is kept stays as it is. */
function changesNothing(input: BindingsInput): boolean {
  return input.type === "restore" || (input.type === "register" && input.registration.contacts === "none");
}
