import {
  ConsoleLogger,
  DefaultDeviceController,
  DefaultMeetingSession,
  LogLevel,
  MeetingSessionConfiguration,
} from "amazon-chime-sdk-js";

/** Makes the meeting of a PIN, or finds it, and joins it. Whoever calls in with the same PIN is in the same meeting.
 * @returns the client's `audioVideo`, before it starts */
export async function openMeeting(pin, name) {
  const meeting = await ask("/meetings", {
    ClientRequestToken: `pin-${pin}`,
    ExternalMeetingId: `pin-${pin}`,
    MediaRegion: "us-east-1",
  });
  const attendee = await ask(`/meetings/${meeting.Meeting.MeetingId}/attendees`, { ExternalUserId: name });
  const logger = new ConsoleLogger("meeting", LogLevel.WARN);
  const configuration = new MeetingSessionConfiguration(meeting, attendee);
  return new DefaultMeetingSession(configuration, logger, new DefaultDeviceController(logger)).audioVideo;
}

/** One request of the meetings API, which is where the page comes from. A page on another server asks its own server, and that one
 * asks by an AWS SDK. */
async function ask(path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.Message);
  return answer;
}
