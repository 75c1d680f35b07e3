/** The only tab of a browser under test: it holds each further page in a frame of its own, so that none is in the background. */
import { connectToTest } from "./remote.js";

const frames = new Map();

connectToTest({
  open(name, path) {
    const frame = document.createElement("iframe");
    frame.allow = "autoplay; microphone; camera; display-capture";
    frame.src = path;
    document.body.append(frame);
    frames.set(name, frame);
  },
  reload(name) {
    frames.get(name).contentWindow.location.reload();
  },
  close(name) {
    frames.get(name)?.remove();
    frames.delete(name);
  },
});
