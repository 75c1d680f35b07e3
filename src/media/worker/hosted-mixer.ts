import { createMixer, MIXER_TICK_MS, type Mixer } from "../node/mixer/mixer.ts";
import { addFarMember, takeSeat, type SeatRings } from "../node/mixer/seat.ts";
import type { SampleRate } from "../codec/codec.ts";
import type { MixerMember } from "../node/mixer/mixer-member.ts";
import type { MixerPart } from "../types.ts";
import { flowListener } from "./flow-listener.ts";
import type { HostedSession, HostOfSession } from "./hosted-session.ts";
import type { MixerCommand, MixerNumber, SessionLevel, SessionNumber } from "./messages.ts";
import type { TickerEntry } from "./ticker.ts";

/** Levels are told so often. */
const TICKS_OF_LEVELS = 200 / MIXER_TICK_MS;
/** When nobody speaks any more, that is told for 10 s: those who show who speaks let it fade with what they are told. */
const TELLS_OF_QUIET = 50;
/** What far ends lose is looked at each second. */
const TICKS_OF_TUNING = 1000 / MIXER_TICK_MS;
/** Who is louder speaks. */
const SPEECH_DB = 42;

/** One mixer of a host: its place among the ticks, and its members by their sessions. */
export class HostedMixer {
  readonly #number: MixerNumber;
  readonly #host: HostOfSession;
  readonly #mixer: Mixer;
  readonly #entry: TickerEntry;
  readonly #members = new Map<SessionNumber, MixerMember>();
  readonly #seated = new Map<SessionNumber, HostedSession>();
  #ticks = 0;
  #isBusy = false;
  /** Nobody has spoken for so many times that levels were told. */
  #quietTells = TELLS_OF_QUIET;

  constructor(number: MixerNumber, rateHz: SampleRate, host: HostOfSession) {
    this.#number = number;
    this.#host = host;
    this.#mixer = createMixer(rateHz);
    this.#entry = host.tickerOf(MIXER_TICK_MS).add({
      tick: (missedTicks, latenessUs, nowMs) => {
        host.noteLateness(latenessUs, missedTicks);
        this.#mixer.tick(nowMs);
        this.#ticks++;
        if (this.#ticks % TICKS_OF_LEVELS === 0) this.#tellLevels();
        if (this.#ticks % TICKS_OF_TUNING === 0) this.#tune();
      },
    });
  }

  /** @param sessionOf a session of this host */
  handle(command: MixerCommand, sessionOf: (number: SessionNumber) => HostedSession | undefined): void {
    const { member } = command;
    if (command.type === "remove-member") return this.remove(member);
    if (command.type === "set-member") {
      const known = this.#members.get(member);
      if (known !== undefined) known.part = command.part;
      return;
    }
    this.remove(member);
    if (command.rings !== undefined) this.#addFar(member, command.rings, command.part);
    else this.#seat(member, sessionOf(member), command.part);
  }

  remove(number: SessionNumber): void {
    const member = this.#members.get(number);
    if (member !== undefined) this.#mixer.remove(member);
    this.#members.delete(number);
    this.#seated.get(number)?.standUp();
    this.#seated.delete(number);
  }

  /** There is little time left in this thread, or enough again. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#tune();
  }

  close(): void {
    for (const number of [...this.#members.keys()]) this.remove(number);
    this.#host.tickerOf(MIXER_TICK_MS).remove(this.#entry);
  }

  #addFar(number: SessionNumber, rings: SeatRings, part: MixerPart): void {
    this.#members.set(number, addFarMember(this.#mixer, rings, part));
  }

  #seat(number: SessionNumber, hosted: HostedSession | undefined, part: MixerPart): void {
    if (hosted === undefined) return;
    const seat = takeSeat(this.#mixer, part, flowListener(this.#host.emit, this.#number, number));
    this.#members.set(number, seat.member);
    this.#seated.set(number, hosted);
    hosted.sit(seat, this.#entry, () => this.remove(number));
  }

  /** All hear the same packets, so that the one who loses most decides. */
  #tune(): void {
    let lossShare = 0;
    for (const { session } of this.#seated.values()) lossShare = Math.max(lossShare, session.lossShare);
    this.#mixer.tune({ isBusy: this.#isBusy, lossPercent: Math.round(100 * lossShare) });
  }

  #tellLevels(): void {
    const levels: SessionLevel[] = [];
    for (const [session, { part, level }] of this.#members) {
      const belowFullScaleDb = level.belowFullScaleDb();
      if (part.isHeard && belowFullScaleDb < SPEECH_DB) levels.push({ session, belowFullScaleDb });
    }
    this.#quietTells = levels.length > 0 ? 0 : this.#quietTells + 1;
    if (this.#quietTells <= TELLS_OF_QUIET) this.#host.emit({ type: "levels", mixer: this.#number, levels });
  }
}
