import type * as client from "@aws-sdk/client-chime-sdk-meetings";
import type { Attendee, AttendeeCapabilities, Meeting, MeetingFeatures } from "../../store/index.ts";

/** Most attendees of a meeting that says no other number. */
const mostAttendees = 250;

/** A meeting as it goes over the wire; what was not asked for is absent, but for the features, of which clients read what is allowed.
 * @param mediaUrl where browsers reach this server, `ws` or `wss`, without a slash at its end
 * Contract: meetings-shape, meetings-media-placement */
export function toWireMeeting(
  meeting: Meeting,
  from: { readonly mediaUrl: string; readonly region: string; readonly accountId: string },
): client.Meeting {
  return {
    MeetingId: meeting.id,
    MeetingHostId: meeting.hostId,
    ExternalMeetingId: meeting.externalMeetingId,
    MediaRegion: meeting.mediaRegion,
    MediaPlacement: toWirePlacement(meeting.id, from.mediaUrl),
    MeetingFeatures: toWireFeatures(meeting.features),
    TenantIds: meeting.tenantIds.length === 0 ? undefined : [...meeting.tenantIds],
    MeetingArn: meetingArn(meeting.id, from),
  };
}

/** The ARN of a meeting. Contract: meetings-arn */
export function meetingArn(id: string, { region, accountId }: { readonly region: string; readonly accountId: string }) {
  return `arn:aws:chime:${region}:${accountId}:meeting/${id}`;
}

/** The client opens `SignalingUrl` and asks no other of them; an empty `AudioHostUrl` would mean that there is no audio. Where client events could
 * be posted is left out, so that none are sent. */
function toWirePlacement(meetingId: string, mediaUrl: string): client.MediaPlacement {
  const host = new URL(mediaUrl).host;
  return {
    AudioHostUrl: host,
    AudioFallbackUrl: `${mediaUrl}/calls/${meetingId}`,
    SignalingUrl: `${mediaUrl}/control/${meetingId}`,
    TurnControlUrl: `${mediaUrl.replace(/^ws/, "http")}/v2/turn_sessions`,
    ScreenDataUrl: `${mediaUrl}/v2/screen/${meetingId}`,
    ScreenViewingUrl: `${mediaUrl}/v2/screen/${meetingId}`,
    ScreenSharingUrl: `${mediaUrl}/v2/screen/${meetingId}`,
  };
}

function toWireFeatures(features: MeetingFeatures): client.MeetingFeaturesConfiguration {
  const { echoReduction, maxVideoResolution, maxContentResolution, maxAttendees } = features;
  return {
    ...(echoReduction === undefined ? {} : { Audio: { EchoReduction: echoReduction } }),
    Video: { MaxResolution: maxVideoResolution ?? "HD" },
    Content: { MaxResolution: maxContentResolution ?? "FHD" },
    Attendee: { MaxCount: maxAttendees ?? mostAttendees },
  };
}

/** An attendee as it goes over the wire. */
export function toWireAttendee({ id, externalUserId, capabilities }: Attendee, joinToken: string): client.Attendee {
  const { audio, video, content } = capabilities;
  return {
    ExternalUserId: externalUserId,
    AttendeeId: id,
    JoinToken: joinToken,
    Capabilities: { Audio: audio, Video: video, Content: content },
  };
}

/** Capabilities as they came over the wire. */
export function fromWireCapabilities(given: client.AttendeeCapabilities): AttendeeCapabilities {
  const {
    Audio: audio,
    Video: video,
    Content: content,
  } = given as Required<Record<keyof client.AttendeeCapabilities, AttendeeCapabilities["audio"]>>;
  return { audio, video, content };
}
