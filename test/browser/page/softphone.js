/** A page that calls and is called by an unmodified SIP client, JsSIP or SIP.js, and does what a test tells it. */
import JsSIP from "jssip";
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, Web } from "sip.js";
import { openAudio } from "./audio.js";
import { connectToTest } from "./remote.js";

/** Set by `start`. */
let audio;
let phone;

const tell = connectToTest({
  /** Registers, and resolves with how that went. Whoever calls is answered.
   * @param {{ library: "jssip" | "sipjs", url: string, user: string, domain: string, password: string, tones: number[][] }} options */
  async start({ library, tones, ...account }) {
    audio ??= await openAudio();
    audio.speak(tones);
    phone = library === "jssip" ? startJsSip(account) : startSipJs(account);
    return phone.registered;
  },
  call: (target, headers) => phone.call(target, headers),
  /** @param {"events" | "info"} way */
  press: (key, way) => phone.press(key, way),
  hold: () => phone.hold(true),
  resume: () => phone.hold(false),
  hangUp: () => phone.hangUp(),
  /** As when the network goes away for a moment. */
  reconnect: () => phone.reconnect(),
  stop: () => phone.stop(),
  speak: (tones) => audio.speak(tones),
  takeHeard: () => audio.takeHeard(),
});

/** Plays a stream, without which none flows, and records it. */
function listen(stream) {
  const element = document.createElement("audio");
  element.autoplay = true;
  element.srcObject = stream;
  document.body.append(element);
  audio.hear(stream);
}

function startJsSip({ url, user, domain, password }) {
  const ua = new JsSIP.UA({
    ...{ sockets: [new JsSIP.WebSocketInterface(url)], uri: `sip:${user}@${domain}`, password },
    ...{ register_expires: 120, connection_recovery_min_interval: 1 },
  });
  const media = { mediaStream: audio.microphone, pcConfig: { iceServers: [] } };
  let session;
  const take = (next) => {
    session = next;
    const watch = (connection) => connection.addEventListener("track", ({ streams: [stream] }) => listen(stream));
    if (next.connection) watch(next.connection);
    else next.on("peerconnection", ({ peerconnection }) => watch(peerconnection));
    next.on("confirmed", () => tell({ type: "up" }));
    next.on("ended", ({ cause }) => tell({ type: "ended", cause }));
    next.on("failed", ({ cause, message }) => tell({ type: "failed", cause, status: message?.status_code }));
  };
  ua.on("newRTCSession", ({ session: next, originator }) => {
    take(next);
    if (originator === "remote") next.answer(media);
  });
  const registered = new Promise((resolve) => {
    ua.on("registered", () => {
      tell({ type: "registered" });
      resolve("registered");
    });
    ua.on("registrationFailed", ({ response }) => resolve(`refused with ${response?.status_code}`));
  });
  ua.start();
  return {
    registered,
    call: (target, headers) => void ua.call(target, { ...media, extraHeaders: headers }),
    press: (key, way) => session.sendDTMF(key, { transportType: way === "events" ? "RFC2833" : "INFO", duration: 160 }),
    hold: (isHeld) => new Promise((resolve) => session[isHeld ? "hold" : "unhold"]({}, () => resolve("done"))),
    hangUp: () => session.terminate(),
    reconnect: () => ua.transport.socket._ws.close(),
    stop: () => ua.stop(),
  };
}

function startSipJs({ url, user, domain, password }) {
  let session;
  const watchState = (next) => {
    session = next;
    next.delegate = {
      onSessionDescriptionHandler: (handler) =>
        (handler.peerConnectionDelegate = { ontrack: ({ streams: [stream] }) => listen(stream) }),
    };
    next.stateChange.addListener((state) => {
      if (state === SessionState.Established) tell({ type: "up" });
      if (state === SessionState.Terminated) tell({ type: "ended" });
    });
  };
  const userAgent = new UserAgent({
    ...{ uri: UserAgent.makeURI(`sip:${user}@${domain}`), transportOptions: { server: url } },
    ...{ authorizationUsername: user, authorizationPassword: password, logBuiltinEnabled: false },
    // The handler stops what it was given.
    sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(async () => audio.microphone.clone()),
    sessionDescriptionHandlerFactoryOptions: {
      peerConnectionConfiguration: { iceServers: [] },
      iceGatheringTimeout: 500,
    },
    delegate: {
      onInvite(invitation) {
        watchState(invitation);
        void invitation.accept();
      },
    },
  });
  const registerer = new Registerer(userAgent);
  const registered = new Promise((resolve) => {
    registerer.stateChange.addListener((state) => state === RegistererState.Registered && resolve("registered"));
    void userAgent.start().then(() =>
      registerer.register({
        requestDelegate: { onReject: ({ message }) => resolve(`refused with ${message.statusCode}`) },
      }),
    );
  });
  const press = (key, way) => {
    if (way === "events") return session.sessionDescriptionHandler.sendDtmf(key, { duration: 160, interToneGap: 70 });
    const content = `Signal=${key}\r\nDuration=160\r\n`;
    const body = { contentDisposition: "render", contentType: "application/dtmf-relay", content };
    return session.info({ requestOptions: { body } }).then(() => true);
  };
  return {
    registered,
    press,
    call(target, extraHeaders) {
      const inviter = new Inviter(userAgent, UserAgent.makeURI(target), { extraHeaders });
      watchState(inviter);
      return inviter
        .invite({
          requestDelegate: { onReject: ({ message }) => tell({ type: "failed", status: message.statusCode }) },
        })
        .then(() => "sent");
    },
    hold: (isHeld) =>
      new Promise((resolve) => {
        session.sessionDescriptionHandlerOptionsReInvite = { hold: isHeld };
        session.invite({ requestDelegate: { onAccept: () => resolve("done") } });
      }),
    hangUp: () => session.bye().then(() => "sent"),
    stop: () => userAgent.stop(),
  };
}
