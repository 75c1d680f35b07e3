// The function under load: plays a prompt and hangs up, deciding at once. The called number names the prompt.
export const handler = async (event) => {
  if (event.InvocationEventType !== "NEW_INBOUND_CALL") return { SchemaVersion: "1.0", Actions: [] };
  const isLong = event.CallDetails.Participants[0].To === process.env.LONG_NUMBER;
  const prompt = { Type: "S3", BucketName: "prompts", Key: isLong ? "long.wav" : "second.wav" };
  // Long calls are ended by their callers.
  const Repeat = isLong ? 10 : 1;
  return {
    SchemaVersion: "1.0",
    Actions: [
      { Type: "PlayAudio", Parameters: { AudioSource: prompt, Repeat } },
      { Type: "Hangup", Parameters: { SipResponseCode: "0" } },
    ],
  };
};
