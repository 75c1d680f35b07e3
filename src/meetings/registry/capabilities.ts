import type { AttendeeCapabilities, MediaCapability, MeetingFeatures } from "../../store/index.ts";

/** What an attendee may do when nobody says. Contract: meetings-capabilities */
export function defaultCapabilities(features: MeetingFeatures): AttendeeCapabilities {
  const content = features.maxContentResolution === "None" ? "None" : "SendReceive";
  if (features.maxVideoResolution !== "None") return { audio: "SendReceive", video: "SendReceive", content };
  // Content is seen by who may see video.
  return { audio: "SendReceive", video: content === "None" ? "None" : "Receive", content };
}

/** Why nobody may have these in a meeting with these features, a sentence; undefined when somebody may. Contract: meetings-capabilities */
export function whyNotCapable({ video, content }: AttendeeCapabilities, features: MeetingFeatures): string | undefined {
  if (receives(content) && !receives(video)) {
    return `Capabilities.Content is "${content}", which needs Capabilities.Video to be "Receive" or "SendReceive"; it is "${video}".`;
  }
  if (features.maxVideoResolution === "None" && video !== "None") {
    return `Capabilities.Video is "${video}"; it must be "None", since the meeting was made with MeetingFeatures.Video.MaxResolution "None".`;
  }
  if (features.maxContentResolution === "None" && content !== "None") {
    return `Capabilities.Content is "${content}"; it must be "None", since the meeting was made with MeetingFeatures.Content.MaxResolution "None".`;
  }
  return undefined;
}

function receives(capability: MediaCapability): boolean {
  return capability === "Receive" || capability === "SendReceive";
}
