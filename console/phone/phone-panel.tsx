import { useEffect, useState } from "preact/hooks";
import { Elapsed } from "../calls/elapsed.tsx";
import { Icon } from "../parts/icon.tsx";
import { linkTo, route } from "../state/route.ts";
import { numbers } from "../state/server.ts";
import { words } from "../words.ts";
import { Keypad } from "./keypad.tsx";
import { listDevices } from "./microphone.ts";
import * as softphone from "./softphone.ts";
import { watchedCall } from "./watched-call.ts";

/** The phone itself. */
export function PhonePanel() {
  const { line, problem, account, call } = softphone;
  const { value: now } = call;
  const isUp = now !== undefined && now.state !== "ended";
  return (
    <>
      <p class="phone-own">
        <span class={line.value === "ready" ? "lamp lamp-on" : "lamp"} />
        <span>
          {line.value === "ready" ? words.phone.thisIs : words.phone.states[line.value]}{" "}
          <code>{account.value?.number ?? account.value?.user}</code>
        </span>
      </p>
      {problem.value === undefined ? undefined : (
        <p class="phone-problem" role="alert">
          {problem.value}
          {line.value === "failed" ? (
            <>
              {" "}
              <button type="button" class="link" onClick={() => void softphone.connectPhone()}>
                {words.again}
              </button>
            </>
          ) : undefined}
        </p>
      )}
      {isUp ? <InCall now={now} /> : <Dialler />}
      <Heard />
      <Devices />
    </>
  );
}

function Dialler() {
  const choices = numbers.value.filter(({ kind }) => kind !== "unassigned");
  const [typed, setTyped] = useState("");
  const number = typed === "" ? (choices[0]?.number ?? "") : typed;
  const isReady = softphone.line.value === "ready";
  const dial = (event: SubmitEvent) => {
    event.preventDefault();
    if (number !== "") void softphone.dial(number.replace(/[\s()-]/g, ""));
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
      <Keypad press={(key) => setTyped((typed === "" ? "" : typed) + key)} isListening={false} />
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
      <div class="phone-screen" role="status">
        <small>{words_[state]}</small>
        <strong>{party}</strong>
        <time>{answeredAt === undefined ? undefined : <Elapsed since={new Date(answeredAt).toISOString()} />}</time>
        {keys === "" ? undefined : <small>{keys}</small>}
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
              disabled={!isAnswered}
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
        (id) => (softphone.microphone.value = id),
      )}
      {choose("audiooutput", words.phone.speaker, softphone.speaker.value, softphone.chooseSpeaker)}
    </details>
  );
}
