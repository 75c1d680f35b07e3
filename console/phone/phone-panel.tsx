import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Elapsed } from "../calls/elapsed.tsx";
import { Icon } from "../parts/icon.tsx";
import { linkTo, route } from "../state/route.ts";
import { numbers } from "../state/server.ts";
import { words } from "../words.ts";
import { Keypad } from "./keypad.tsx";
import { account, line, lineProblem } from "./line.ts";
import { listDevices } from "./microphone.ts";
import * as softphone from "./softphone.ts";
import { watchedCall } from "./watched-call.ts";

/** The phone itself. */
export function PhonePanel() {
  const { value: now } = softphone.call;
  const isUp = now !== undefined && now.state !== "ended";
  const hadFocus = useRef(false);
  // What had the focus is gone when a call begins or ends: it goes to what takes its place.
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body)
      document.querySelector<HTMLElement>(isUp ? ".phone-screen" : "form > .phone-call")?.focus();
  }, [isUp]);
  return (
    <div
      class="phone-panel"
      onFocusIn={() => (hadFocus.current = true)}
      onFocusOut={({ relatedTarget }) => (hadFocus.current = relatedTarget === null)}
    >
      <p class="phone-own">
        <span class={line.value === "ready" ? "lamp lamp-on" : "lamp"} />
        <span>
          {line.value === "ready" ? words.phone.thisIs : words.phone.states[line.value]}{" "}
          <code>{account.value?.numbers[0]}</code>
        </span>
      </p>
      <Problem text={lineProblem.value}>
        {line.value === "failed" ? (
          <>
            {" "}
            <button type="button" class="link" onClick={softphone.connectPhone}>
              {words.again}
            </button>
          </>
        ) : undefined}
      </Problem>
      <Problem text={softphone.problem.value} />
      {isUp ? <InCall now={now} /> : <Dialler />}
      <Heard />
      <Devices />
    </div>
  );
}

function Problem({
  text,
  children,
}: {
  readonly text: string | undefined;
  readonly children?: preact.ComponentChildren;
}) {
  if (text === undefined) return undefined;
  return (
    <p class="phone-problem" role="alert">
      {text}
      {children}
    </p>
  );
}

function Dialler() {
  const choices = numbers.value.filter(({ kind }) => kind !== "unassigned");
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const number = typed ?? softphone.dialled.value ?? choices[0]?.number ?? "";
  const isReady = line.value === "ready";
  const dial = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = number.replace(/[\s()-]/g, "");
    if (wanted === "") softphone.problem.value = words.phone.needsNumber;
    else void softphone.dial(wanted);
  };
  return (
    <form onSubmit={dial}>
      <label>
        <span class="unseen">{words.phone.dial}</span>
        <input
          class="phone-number"
          type="tel"
          list="phone-numbers"
          autocomplete="off"
          maxLength={64}
          value={number}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <datalist id="phone-numbers">
        {choices.map((one) => (
          <option key={one.number} value={one.number} label={one.name ?? one.ruleName ?? ""} />
        ))}
      </datalist>
      <button type="submit" class="button button-main phone-call" disabled={!isReady}>
        <Icon name="phone" /> {words.phone.call}
      </button>
      <Keypad press={(key) => setTyped((typed ?? "") + key)} isListening={false} />
    </form>
  );
}

function InCall({ now }: { readonly now: softphone.PhoneCall }) {
  const { state, party, answeredAt, isHeld, isMuted, keys } = now;
  const isAnswered = state === "answered";
  const words_ = {
    calling: words.phone.calling,
    ringing: words.phone.ringing,
    incoming: words.phone.ringsHere,
    answered: isHeld ? words.phone.onHold : words.phone.inCall,
    ended: words.phone.ended,
  };
  return (
    <>
      <div class="phone-screen" tabIndex={-1}>
        <p role={state === "incoming" ? "alert" : "status"}>
          <small>{words_[state]}</small>
          <strong>{party}</strong>
        </p>
        <time>{answeredAt === undefined ? undefined : <Elapsed since={new Date(answeredAt).toISOString()} />}</time>
        {keys === "" ? undefined : <small class="phone-keys">{keys}</small>}
      </div>
      {state === "incoming" ? (
        <div class="phone-acts">
          <button type="button" class="button button-main phone-call" onClick={() => void softphone.answer()}>
            <Icon name="phone" /> {words.phone.answer}
          </button>
          <button type="button" class="button button-hangup" onClick={softphone.hangUp}>
            <Icon name="hangup" /> {words.phone.decline}
          </button>
        </div>
      ) : (
        <>
          <Levels />
          <Keypad press={softphone.press} isListening={isAnswered} isOff={!isAnswered} />
          <div class="phone-acts">
            <button
              type="button"
              class="button"
              aria-pressed={isMuted}
              disabled={!isAnswered}
              onClick={softphone.toggleMute}
            >
              <Icon name={isMuted ? "micOff" : "mic"} /> {isMuted ? words.phone.unmute : words.phone.mute}
            </button>
            <button
              type="button"
              class="button"
              aria-pressed={isHeld}
              disabled={!isAnswered || line.value !== "ready"}
              onClick={softphone.toggleHold}
            >
              <Icon name="pause" /> {isHeld ? words.phone.resume : words.phone.hold}
            </button>
            <button type="button" class="button button-hangup wide" onClick={softphone.hangUp}>
              <Icon name="hangup" /> {words.phone.hangUp}
            </button>
          </div>
          <Watch />
        </>
      )}
    </>
  );
}

function Watch() {
  const id = watchedCall.value;
  if (id === undefined || route.value.path === `/calls/${id}`) return undefined;
  return (
    <a class="button" href={linkTo(`/calls/${id}`)}>
      {words.phone.watch} <Icon name="right" size={14} />
    </a>
  );
}

function Levels() {
  const { in: incoming, out: outgoing } = softphone.levels.value;
  return (
    <div class="levels" role="group" aria-label={words.phone.levels}>
      <div class="level">
        <span>{words.phone.them}</span>
        <span class="level-bar" data-level={incoming.toFixed(2)}>
          <i style={{ transform: `scaleX(${incoming})` }} />
        </span>
      </div>
      <div class="level level-out">
        <span>{words.phone.you}</span>
        <span class="level-bar" data-level={outgoing.toFixed(2)}>
          <i style={{ transform: `scaleX(${outgoing})` }} />
        </span>
      </div>
    </div>
  );
}

function Heard() {
  const file = softphone.heard.value;
  if (file === undefined) return undefined;
  return (
    <section class="heard" aria-label={words.phone.heard}>
      <h3>{words.phone.heard}</h3>
      <audio controls src={file.url} />
      <a class="button button-small" href={file.url} download={file.name}>
        <Icon name="download" size={14} /> {words.phone.save}
      </a>
    </section>
  );
}

function Devices() {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const refresh = () => void listDevices().then(setDevices);
  const state = softphone.call.value?.state;
  useEffect(refresh, [state]);
  useEffect(() => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    media?.addEventListener("devicechange", refresh);
    return () => media?.removeEventListener("devicechange", refresh);
  }, []);
  const choose = (kind: MediaDeviceKind, label: string, value: string, take: (id: string) => void) => (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => take(event.currentTarget.value)}>
        <option value="">{words.phone.standard}</option>
        {devices
          .filter((device) => device.kind === kind)
          .map(({ deviceId, label: name }) => (
            <option key={deviceId} value={deviceId}>
              {name === "" ? deviceId.slice(0, 8) : name}
            </option>
          ))}
      </select>
    </label>
  );
  return (
    <details onToggle={refresh}>
      <summary>{words.phone.devices}</summary>
      {choose(
        "audioinput",
        words.phone.microphone,
        softphone.microphone.value,
        (id) => void softphone.chooseMicrophone(id),
      )}
      {choose("audiooutput", words.phone.speaker, softphone.speaker.value, softphone.chooseSpeaker)}
    </details>
  );
}
