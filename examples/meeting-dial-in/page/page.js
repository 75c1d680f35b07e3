/** The page: who is there and how loud, and buttons to mute and to leave. Joining is in join.js. */
import { openMeeting } from "./join.js";

const [form, state, people, controls, mute, leave] = ["form", "#state", "#people", "#controls", "#mute", "#leave"].map(
  (name) => document.querySelector(name),
);
const present = new Map();

// Not before: the form would be sent somewhere.
form.querySelector("button").disabled = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { pin, name } = Object.fromEntries(new FormData(form));
  showIn(true, "Joining; the browser may ask for the microphone.");
  join(pin, name).catch((error) => showIn(false, `Could not join: ${error.message}`));
});

async function join(pin, name) {
  if (!isSecureContext) {
    throw new Error("browsers have a microphone for pages of https, of http://localhost and of http://127.0.0.1 only.");
  }
  // Who has the same id is the same attendee, who can be in only once: two people may have one name.
  const audioVideo = await openMeeting(pin, `${name}#${crypto.randomUUID().slice(0, 8)}`);
  audioVideo.realtimeSubscribeToAttendeeIdPresence((id, isPresent, externalUserId) => {
    if (!isPresent) present.delete(id);
    else if (!present.has(id)) {
      present.set(id, { name: externalUserId.split("#")[0], isMuted: false, volume: 0 });
      audioVideo.realtimeSubscribeToVolumeIndicator(id, (_id, volume, isMuted) => {
        const person = present.get(id);
        if (person === undefined) return;
        person.volume = volume ?? person.volume;
        person.isMuted = isMuted ?? person.isMuted;
        show();
      });
    }
    show();
  });
  audioVideo.addObserver({
    audioVideoDidStart: () => showIn(true, `You are in meeting ${pin}.`),
    audioVideoDidStop: (status) => {
      present.clear();
      showIn(
        false,
        status.statusCode() === 1 ? "You left." : `The meeting is over for you (status ${status.statusCode()}).`,
      );
    },
  });
  await audioVideo.bindAudioElement(document.querySelector("audio"));
  await audioVideo.startAudioInput((await audioVideo.listAudioInputDevices())[0]?.deviceId ?? null);
  mute.textContent = "Mute";
  mute.onclick = () => {
    if (audioVideo.realtimeIsLocalAudioMuted()) audioVideo.realtimeUnmuteLocalAudio();
    else audioVideo.realtimeMuteLocalAudio();
    mute.textContent = audioVideo.realtimeIsLocalAudioMuted() ? "Unmute" : "Mute";
  };
  leave.onclick = () => audioVideo.stop();
  audioVideo.start();
}

function showIn(isIn, text) {
  controls.hidden = !isIn;
  form.hidden = isIn;
  state.textContent = text;
  show();
}

function show() {
  people.replaceChildren(
    ...[...present.values()].map(({ name, isMuted, volume }) => {
      const [line, who, level] = ["li", "span", "meter"].map((tag) => document.createElement(tag));
      who.textContent = isMuted ? `${name} (muted)` : name;
      level.value = isMuted ? 0 : volume;
      line.append(who, level);
      return line;
    }),
  );
}
