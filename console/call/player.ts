import { signal } from "@preact/signals";
import { addressOf } from "../api/ask.ts";
import type { Track } from "../api/types.ts";
import { tell } from "../parts/toast.tsx";
import { words } from "../words.ts";

/** What is played of a call, and where on its time axis. */
export const player = signal<{ readonly track: Track; readonly at: number } | undefined>(undefined);

const sounds = new Map<string, HTMLAudioElement>();

/** Plays a track from where it stopped, or stops it. */
export function toggleTrack(callId: string, track: Track): void {
  const playing = player.value;
  if (playing !== undefined) sounds.get(playing.track.id)?.pause();
  if (playing?.track.id === track.id) return;
  const sound = sounds.get(track.id) ?? new Audio(soundOf(callId, track));
  sounds.set(track.id, sound);
  const begin = Date.parse(track.startedAt);
  const follow = () => {
    if (sound.paused) return;
    player.value = { track, at: begin + sound.currentTime * 1_000 };
    requestAnimationFrame(follow);
  };
  const stop = () => {
    if (player.value?.track.id === track.id) player.value = undefined;
  };
  sound.onpause = stop;
  sound.onended = stop;
  sound.play().then(follow, () => {
    stop();
    sounds.delete(track.id);
    tell(words.problems.noSound, "bad");
  });
}

/** Where the sound of a track is. */
export function soundOf(callId: string, track: Track): string {
  return addressOf(`/calls/${encodeURIComponent(callId)}/audio/${encodeURIComponent(track.id)}/sound`);
}
