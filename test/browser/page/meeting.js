/** A page that takes part in a meeting with the unmodified client, and does what a test tells it. */
import {
  ConsoleLogger,
  DefaultActiveSpeakerPolicy,
  DefaultDeviceController,
  DefaultMeetingSession,
  LogLevel,
  MeetingSessionConfiguration,
  Versioning,
} from "amazon-chime-sdk-js";
import { openAudio } from "./audio.js";
import { connectToTest } from "./remote.js";

/** Set by `join`. */
let session;
let audio;

const tell = connectToTest({
  /** Joins, and listens. What the client says comes as events.
   * @param {{ meeting: object, attendee: object, tones: number[][], usesDevice?: boolean, isMuted?: boolean, topics?: string[], keepsLog?: boolean }} options */
  async join({ meeting, attendee, tones, usesDevice, isMuted, topics = [] }) {
    audio ??= await openAudio();
    audio.speak(tones);
    const logger = createLogger();
    const configuration = new MeetingSessionConfiguration(meeting, attendee);
    session = new DefaultMeetingSession(configuration, logger, new DefaultDeviceController(logger));
    const { audioVideo } = session;
    observe(audioVideo, topics);
    const [device] = usesDevice ? await audioVideo.listAudioInputDevices() : [];
    await audioVideo.startAudioInput(device?.deviceId ?? audio.microphone);
    await listen(audioVideo);
    if (isMuted) audioVideo.realtimeMuteLocalAudio();
    tell({ type: "joining", version: Versioning.sdkVersion });
    audioVideo.start();
  },
  leave: () => session.audioVideo.stop(),
  mute: () => session.audioVideo.realtimeMuteLocalAudio(),
  unmute: () => session.audioVideo.realtimeUnmuteLocalAudio(),
  send: (topic, text, lifetimeMs) => session.audioVideo.realtimeSendDataMessage(topic, text, lifetimeMs),
  speak: (tones) => audio.speak(tones),
  takeHeard: () => audio.takeHeard(),
  /** By the connection's own counts, which it has from the first packet on. */
  async received() {
    for (;;) {
      const report = await session.audioVideo.getRTCPeerConnectionStats();
      const audioIn = [...report.values()].find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
      if (audioIn !== undefined)
        return { packets: audioIn.packetsReceived, lost: audioIn.packetsLost, atMs: audioIn.timestamp };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  /** Sends moving pictures, as a camera does. */
  async startCamera() {
    await session.audioVideo.startVideoInput(paint());
    session.audioVideo.startLocalVideoTile();
  },
  shareScreen: () => session.audioVideo.startContentShare(paint()),
});

function observe(audioVideo, topics) {
  audioVideo.addObserver({
    audioVideoDidStartConnecting: (reconnecting) => tell({ type: "connecting", reconnecting }),
    audioVideoDidStart: () => tell({ type: "started" }),
    audioVideoDidStop: (status) => tell({ type: "stopped", status: status.statusCode() }),
    connectionDidBecomePoor: () => tell({ type: "connection-poor" }),
    videoSendDidBecomeUnavailable: () => tell({ type: "video-unavailable" }),
  });
  audioVideo.addContentShareObserver({
    contentShareDidStart: () => tell({ type: "share-started" }),
    contentShareDidStop: () => tell({ type: "share-stopped" }),
  });
  const watched = new Set();
  audioVideo.realtimeSubscribeToAttendeeIdPresence((attendeeId, present, externalUserId, dropped) => {
    tell({ type: "presence", attendeeId, present, externalUserId, dropped: dropped ?? false });
    if (!present || watched.has(attendeeId)) return;
    watched.add(attendeeId);
    watch(audioVideo, attendeeId);
  });
  audioVideo.realtimeSubscribeToMuteAndUnmuteLocalAudio((muted) => tell({ type: "own-mute", muted }));
  audioVideo.subscribeToActiveSpeakerDetector(new DefaultActiveSpeakerPolicy(), (speakers) =>
    tell({ type: "active-speakers", speakers }),
  );
  for (const topic of topics) {
    audioVideo.realtimeSubscribeToReceiveDataMessage(topic, (message) =>
      tell({
        type: "data-message",
        topic,
        text: message.text(),
        senderAttendeeId: message.senderAttendeeId,
        senderExternalUserId: message.senderExternalUserId,
        throttled: message.throttled,
      }),
    );
  }
}

/** Tells volumes and mutes of one attendee; in what each call of the client leaves out nothing has changed. */
function watch(audioVideo, attendeeId) {
  let shown = "";
  audioVideo.realtimeSubscribeToVolumeIndicator(attendeeId, (_id, volume, muted) => {
    const changed = { ...(volume !== null && { volume }), ...(muted !== null && { muted }) };
    const text = JSON.stringify(changed);
    if (text === shown) return;
    shown = text;
    tell({ type: "volume", attendeeId, ...changed });
  });
}

/** Plays the meeting, and records what is played. Each reconnection brings a new stream. */
async function listen(audioVideo) {
  const element = document.createElement("audio");
  document.body.append(element);
  element.addEventListener("loadedmetadata", () => audio.hear(element.srcObject));
  await audioVideo.bindAudioElement(element);
}

function paint() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const brush = canvas.getContext("2d");
  let step = 0;
  setInterval(() => {
    brush.fillStyle = `hsl(${(step += 20)} 80% 50%)`;
    brush.fillRect(0, 0, 64, 64);
  }, 100);
  return canvas.captureStream(10);
}

/** The client's log goes to the test, which shows it when it fails. */
function createLogger() {
  const logger = new ConsoleLogger("meeting", LogLevel.INFO);
  for (const level of ["info", "warn", "error"]) {
    logger[level] = (message) => tell({ type: "log", level, message: String(message).slice(0, 600) });
  }
  return logger;
}
