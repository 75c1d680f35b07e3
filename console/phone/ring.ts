/** Two tones of a telephone's bell, Hz, and how long it sounds and is still, seconds. */
const bellHz = [440, 480];
const soundsS = 1.2;
const stillS = 1.8;
const loudness = 0.08;

/** Rings until the function is called that this gives. A browser in whose page nobody has clicked yet keeps it silent. */
export function ring(): () => void {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  gain.connect(context.destination);
  for (const frequency of bellHz) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start();
  }
  const strike = () => {
    const now = context.currentTime;
    gain.gain.setTargetAtTime(loudness, now, 0.01);
    gain.gain.setTargetAtTime(0, now + soundsS, 0.01);
  };
  strike();
  const timer = setInterval(strike, (soundsS + stillS) * 1_000);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
