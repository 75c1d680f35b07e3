/** Says a sentence to whoever calls, and hangs up.
 * @param {import("offhook/types").SmaEvent} event */
export const handler = async (event) => {
  if (event.InvocationEventType !== "NEW_INBOUND_CALL") return { SchemaVersion: "1.0", Actions: [] };
  const Text = "Hello from one of three servers.";
  return {
    SchemaVersion: "1.0",
    Actions: [
      { Type: "Speak", Parameters: { Text } },
      { Type: "Hangup", Parameters: {} },
    ],
  };
};
