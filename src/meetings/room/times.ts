/** A meeting ends when nobody took part in its audio for so long, and after a day in any case. */
export const nobodyThereMs = 300_000;
export const longestMeetingMs = 86_400_000;
