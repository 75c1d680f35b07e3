/** The audio of a page: a microphone that is tones, and what is heard as samples. */

const heardRateHz = 8000;
/** Most that is kept of what was heard. */
const keptSamples = 120 * heardRateHz;

/** Runs in the audio thread: the mean of each six samples of 48,000 Hz, 20 ms at a time. */
const recorderSource = `
registerProcessor("recorder", class extends AudioWorkletProcessor {
  samples = new Int16Array(160);
  filled = 0;
  sum = 0;
  added = 0;
  process([[samples]], outputs) {
    const length = outputs[0][0].length;
    for (let index = 0; index < length; index++) {
      this.sum += samples === undefined ? 0 : samples[index];
      if (++this.added < 6) continue;
      this.samples[this.filled++] = Math.max(-1, Math.min(1, this.sum / 6)) * 32767;
      this.sum = this.added = 0;
      if (this.filled < this.samples.length) continue;
      this.port.postMessage(this.samples.slice());
      this.filled = 0;
    }
    return true;
  }
});`;

/** Opens the audio of a page.
 * @returns {Promise<{ microphone: MediaStream, speak: Function, hear: Function, takeHeard: Function }>} */
export async function openAudio() {
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorderSource], { type: "text/javascript" })));
  await context.resume();
  return { ...createMicrophone(context), ...createListener(context) };
}

function createMicrophone(context) {
  const output = context.createMediaStreamDestination();
  // So that the stream never runs dry.
  const silence = new ConstantSourceNode(context, { offset: 0 });
  silence.connect(output);
  silence.start();
  let tones = [];
  return {
    microphone: output.stream,
    /** Sounds these tones from now on: `[frequencyHz, levelDbfs]` each.
     * @returns {number} the wall time at which they begin */
    speak(wanted) {
      tones.forEach(({ oscillator, gain }) => (oscillator.stop(), gain.disconnect()));
      tones = wanted.map(([frequencyHz, levelDbfs]) => {
        const oscillator = new OscillatorNode(context, { frequency: frequencyHz });
        const gain = new GainNode(context, { gain: 10 ** (levelDbfs / 20) });
        oscillator.connect(gain).connect(output);
        oscillator.start();
        return { oscillator, gain };
      });
      return performance.timeOrigin + performance.now();
    },
  };
}

function createListener(context) {
  const recorder = new AudioWorkletNode(context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
  const mute = new GainNode(context, { gain: 0 });
  // What leads nowhere is not run.
  recorder.connect(mute).connect(context.destination);
  const pieces = [];
  let endedAtMs = 0;
  recorder.port.onmessage = ({ data }) => {
    endedAtMs = performance.timeOrigin + performance.now();
    pieces.push(data);
    if (pieces.length * data.length > keptSamples) pieces.shift();
  };
  let source;
  return {
    /** Listens to this stream, and to none before it. */
    hear(stream) {
      source?.disconnect();
      source = context.createMediaStreamSource(stream);
      source.connect(recorder);
    },
    /** What was heard since the last time: 16-bit samples at 8,000 Hz as base64, and the wall time at their end. */
    takeHeard() {
      const taken = pieces.splice(0);
      const samples = new Int16Array(taken.reduce((sum, piece) => sum + piece.length, 0));
      let at = 0;
      for (const piece of taken) {
        samples.set(piece, at);
        at += piece.length;
      }
      return { samples: toBase64(new Uint8Array(samples.buffer)), endedAtMs };
    },
  };
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
