/** The page: who is there, and a button to mute. Joining is in join.js. */
import { openMeeting } from "./join.js";

const [form, state, people, mute, leave] = ["form", "#state", "#people", "#mute", "#leave"].map((name) =>
  document.querySelector(name),
);
const present = new Map();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { pin, name } = Object.fromEntries(new FormData(form));
  join(pin, name).catch((error) => (state.textContent = `Could not join: ${error.message}`));
});

async function join(pin, name) {
  // Who has the same id is the same attendee, who can be in only once: two people may have one name.
  const audioVideo = await openMeeting(pin, `${name}#${crypto.randomUUID().slice(0, 8)}`);
  audioVideo.realtimeSubscribeToAttendeeIdPresence((id, isPresent, externalUserId) => {
    if (!isPresent) present.delete(id);
    else if (!present.has(id)) {
      present.set(id, { name: externalUserId.split("#")[0], isMuted: false });
      audioVideo.realtimeSubscribeToVolumeIndicator(id, (_id, _volume, isMuted) => {
        if (isMuted !== null && present.has(id)) present.get(id).isMuted = isMuted;
        show();
      });
    }
    show();
  });
  audioVideo.addObserver({
    audioVideoDidStart: () => showButtons(true, `You are in meeting ${pin}.`),
    audioVideoDidStop: (status) => {
      present.clear();
      showButtons(false, `The meeting is over for you (status ${status.statusCode()}).`);
    },
  });
  await audioVideo.bindAudioElement(document.querySelector("audio"));
  await audioVideo.startAudioInput((await audioVideo.listAudioInputDevices())[0]?.deviceId ?? null);
  mute.onclick = () => {
    if (audioVideo.realtimeIsLocalAudioMuted()) audioVideo.realtimeUnmuteLocalAudio();
    else audioVideo.realtimeMuteLocalAudio();
    mute.textContent = audioVideo.realtimeIsLocalAudioMuted() ? "Unmute" : "Mute";
  };
  leave.onclick = () => audioVideo.stop();
  audioVideo.start();
}

function showButtons(isIn, text) {
  mute.hidden = leave.hidden = !isIn;
  form.hidden = isIn;
  state.textContent = text;
  show();
}

function show() {
  people.replaceChildren(
    ...[...present.values()].map(({ name, isMuted }) => {
      const line = document.createElement("li");
      line.textContent = isMuted ? `${name} (muted)` : name;
      return line;
    }),
  );
}
