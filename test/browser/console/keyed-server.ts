import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig, startServer } from "../../../src/app/index.ts";
import { createLogger, openTestPhone, systemClock } from "../../../src/testing/index.ts";

/** The number of the function, and one that a phone answers. */
export const [ownNumber, otherNumber] = ["+12065550100", "+12065550177"];
export const [keyId, secret] = ["OPERATOR", "the-secret-of-the-operator"];

/** A function that lets a call be, says how it was updated, and calls somebody else when it is told so. */
const code = `export const handler = async ({ InvocationEventType: type, ActionData, CallDetails }) => {
  const [{ CallId }] = CallDetails.Participants;
  const pause = { Type: "Pause", Parameters: { CallId, DurationInMilliseconds: "20000" } };
  const bridge = (to) => ({ Type: "CallAndBridge", Parameters: {
    CallTimeoutSeconds: 20, CallerIdNumber: "${ownNumber}", Endpoints: [{ BridgeEndpointType: "PSTN", Uri: to }] } });
  const replies = {
    CALL_ANSWERED: () => [pause],
    CALL_UPDATE_REQUESTED: () => [bridge(ActionData.Parameters.Arguments.callToo)],
  };
  return { SchemaVersion: "1.0", Actions: replies[type]?.() ?? [] };
};`;

/** A server as `offhook serve` has it, with a key of its API, whose time can be put forward; all that it calls is answered. */
export async function startKeyedServer() {
  const folder = await mkdtemp(join(tmpdir(), "offhook-keyed-"));
  await writeFile(join(folder, "app.mjs"), code);
  const phone = await openTestPhone();
  const lines: string[] = [];
  const time = { aheadMs: 0 };
  const config = loadConfig({
    mode: "production",
    environment: { OPERATOR_SECRET: secret },
    folder,
    written: {
      sip: { listen: ["udp://127.0.0.1:0"] },
      api: { listen: "http://127.0.0.1:0", keys: [{ id: keyId, secretVariable: "OPERATOR_SECRET" }] },
      media: { ports: "0-0", workers: 1 },
      numbers: [ownNumber],
      functions: { app: "./app.mjs" },
      applications: [{ name: "app", function: "app" }],
      histories: { write: true },
    },
  });
  const server = await startServer({
    config,
    clock: { ...systemClock, now: () => systemClock.now() + time.aheadMs },
    log: createLogger({ level: "info", write: (line) => void lines.push(line) }),
    defaultRoute: () => phone.address,
  });
  return {
    url: `${server.apiUrl}/console`,
    /** Operations that the log has as done, each with who did it. */
    done: () =>
      lines
        .map(
          (line) => JSON.parse(line) as { readonly msg?: string; readonly operation?: string; readonly who?: string },
        )
        .filter(({ msg }) => msg === "done for an operator")
        .map(({ operation, who }) => `${operation} ${who}`),
    /** Lets hours pass, of which nobody notices but who keeps sessions. */
    pass: (hours: number) => void (time.aheadMs += hours * 3_600_000),
    async close() {
      await server.close();
      await phone.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
