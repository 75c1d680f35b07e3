/** Codes that the media room throws, each with one line of meaning. */
export const mediaErrors = {
  MEDIA_NO_PORTS: "No free pair of UDP ports is left in the configured range.",
  MEDIA_NO_DESCRIPTORS: "The process, or the system, has no file descriptor left for an RTP socket.",
  MEDIA_BIND_FAILED: "The system refused to bind an RTP socket to the configured address.",
  MEDIA_OVERLOADED: "The media workers are too busy for one more session.",
  MEDIA_UNSUPPORTED_AUDIO: "The audio file is not a WAV file of a form that can be played.",
  MEDIA_WORKER_FAILED: "A media worker ended unexpectedly.",
  MEDIA_BRIDGE_APART: "Two sessions cannot be bridged, since neither was opened near the other.",
  MEDIA_ALREADY_BRIDGED: "A session is in a bridge or a mixer already.",
  MEDIA_SESSION_CLOSED: "The session is closed.",
  MEDIA_RECORDING_FAILED: "A recording could not be written; what was written until then is kept.",
  MEDIA_CLOSED: "The media room is closed.",
} as const;
