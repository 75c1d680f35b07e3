import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get } from "node:https";
import { connect as connectPlain } from "node:net";
import { after, before, describe, it } from "node:test";
import { connect } from "node:tls";
import { ChimeSDKMeetingsClient, CreateMeetingCommand } from "@aws-sdk/client-chime-sdk-meetings";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import type { Exchange, OwnRoutes } from "../../src/api/index.ts";
import { createTlsCertificate, type TestCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { startApi, type ApiHarness } from "./api-harness.ts";

const secrets = { OPERATIONS: "wJalrXUtnFEMI/K7MDENG", READER: "another+secret/1" };
const reader = { name: "reader", operations: ["Get*", "ListSipRules"], resources: ["*"] };

/** What the server shows of itself: one thing to all, another behind keys. */
const own: OwnRoutes = {
  find({ url }) {
    const access = url === "/shown" ? ({ of: "key", permission: "GetShown" } as const) : ({ of: "anybody" } as const);
    const serve = async ({ response }: Exchange) => void response.end("shown");
    return url === "/shown" || url === "/open" ? { access, serve } : undefined;
  },
  close: () => undefined,
};

/** One server with TLS and two keys for all of these. */
const scene: { harness: ApiHarness; certificate: TestCertificate; agents: Agent[] } = {
  ...{ harness: undefined as unknown as ApiHarness, certificate: createTlsCertificate("IP:127.0.0.1"), agents: [] },
};
before(async () => {
  const key = { requestsPerSecond: 1_000, roles: undefined };
  scene.harness = await startApi({
    startAt: Date.now(),
    certificate: () => scene.certificate,
    ownRoutes: own,
    accessKeys: [
      { ...key, id: "OPERATIONS", secrets: () => [secrets.OPERATIONS] },
      { ...key, id: "READER", secrets: () => [secrets.READER], roles: [reader] },
    ],
  });
});
after(async () => {
  for (const agent of scene.agents) agent.destroy();
  await scene.harness.close();
});

function settingsFor(
  id: keyof typeof secrets,
  changes: { secret?: string; sessionToken?: string; skewMs?: number } = {},
) {
  const httpsAgent = new Agent({ ca: scene.certificate.certificate, keepAlive: true });
  scene.agents.push(httpsAgent);
  const { secret = secrets[id], sessionToken, skewMs = 0 } = changes;
  return {
    ...{ region: "us-east-1", endpoint: scene.harness.api.url, maxAttempts: 1, systemClockOffset: skewMs },
    requestHandler: { httpsAgent },
    credentials: { accessKeyId: id, secretAccessKey: secret, ...(sessionToken === undefined ? {} : { sessionToken }) },
  };
}

/** Name and status of the refusal, or "taken". */
async function outcomeOf(
  client: sdk.ChimeSDKVoiceClient,
  command: sdk.ListSipRulesCommand | sdk.CreateVoiceConnectorCommand,
) {
  try {
    await client.send(command as sdk.ListSipRulesCommand);
    return "taken";
  } catch (error) {
    assert.ok(error instanceof sdk.ChimeSDKVoiceServiceException, String(error));
    return `${error.name} ${error.$metadata.httpStatusCode}`;
  }
}

describe("an API over TLS with access keys", () => {
  const list = new sdk.ListSipRulesCommand({});
  const create = new sdk.CreateVoiceConnectorCommand({ Name: "a b", RequireEncryption: false });

  // Contract: api-signatures, api-roles, api-signature-time, api-session-tokens
  it("takes what an official client signs with a key, as far as the roles of that go, and refuses all else by name", async () => {
    assert.match(scene.harness.api.url, /^https:/);
    const voice = (...words: Parameters<typeof settingsFor>) => new sdk.ChimeSDKVoiceClient(settingsFor(...words));
    const minutes = (count: number) => ({ skewMs: count * 60_000 });

    assert.equal(await outcomeOf(voice("OPERATIONS"), create), "taken");
    assert.equal(await outcomeOf(voice("READER"), list), "taken");
    assert.equal(await outcomeOf(voice("READER"), create), "AccessDeniedException 403");
    assert.equal(await outcomeOf(voice("OPERATIONS", { secret: "wrong" }), create), "InvalidSignatureException 403");
    assert.equal(await outcomeOf(voice("OPERATIONS", { sessionToken: "x" }), list), "InvalidClientTokenId 403");
    assert.equal(await outcomeOf(voice("OPERATIONS", minutes(10)), list), "taken");
    assert.equal(await outcomeOf(voice("OPERATIONS", minutes(-20)), list), "RequestExpired 400");
    const unknown = { ...settingsFor("OPERATIONS"), credentials: { accessKeyId: "nobody", secretAccessKey: "x" } };
    assert.equal(await outcomeOf(new sdk.ChimeSDKVoiceClient(unknown), list), "InvalidClientTokenId 403");
  });

  it("shows of itself what is open to all, and the rest to keys by Basic authentication whose roles allow it", async () => {
    const { url } = scene.harness.api;
    const agent = new Agent({ ca: scene.certificate.certificate });
    scene.agents.push(agent);
    const statusOf = (path: string, auth?: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { agent, ...(auth === undefined ? {} : { auth }) };
        get(`${url}${path}`, options, (response) => resolve(response.resume().statusCode)).on("error", reject);
      });

    assert.equal(await statusOf("/open"), 200);
    assert.equal(await statusOf("/shown"), 403);
    assert.equal(await statusOf("/shown", `OPERATIONS:${secrets.OPERATIONS}`), 200);
    assert.equal(await statusOf("/shown", "OPERATIONS:wrong"), 403);
    assert.equal(await statusOf("/shown", `READER:${secrets.READER}`), 403);
    assert.equal(await statusOf("/sip-rules", `OPERATIONS:${secrets.OPERATIONS}`), 400, "operations are signed");
  });

  it("gives requests that say nothing of their body or are half signed no work", async () => {
    const send = async (headers: Readonly<Record<string, string>>) => {
      const { api } = scene.harness;
      const socket = connect({ host: api.address, port: api.port, ca: scene.certificate.certificate });
      const lines = Object.entries({ host: "127.0.0.1", connection: "close", ...headers }).map((pair) =>
        pair.join(": "),
      );
      socket.write(`POST /sip-rules HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      let answer = "";
      for await (const chunk of socket) answer += String(chunk);
      return /x-amzn-errortype: (\w+)/.exec(answer)?.[1];
    };

    // None of the million bytes has come, and none is waited for.
    assert.equal(await send({ "content-length": "1000000" }), "MissingAuthenticationTokenException");
    assert.equal(await send({ authorization: "AWS4-HMAC-SHA256 Credential=x" }), "IncompleteSignature");
  });

  it("offers a new certificate to connections that come after it was read, and closes those that speak no TLS", async () => {
    const { address: host, port } = scene.harness.api;
    const fingerprint = async () => {
      const socket = connect({ host, port, rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const earlier = await fingerprint();
    assert.equal(await fingerprint(), earlier);
    scene.certificate = createTlsCertificate("IP:127.0.0.1");
    assert.notEqual(await fingerprint(), earlier);

    const plain = connectPlain({ host, port });
    plain.write("GET / HTTP/1.1\r\n\r\n");
    plain.resume();
    await once(plain, "close");
  });

  it("tells browsers of meetings to come by wss", async () => {
    const client = new ChimeSDKMeetingsClient(settingsFor("OPERATIONS"));
    const request = { ClientRequestToken: "token", MediaRegion: "us-east-1", ExternalMeetingId: "m1" };
    const { Meeting } = await client.send(new CreateMeetingCommand(request));

    assert.match(Meeting?.MediaPlacement?.SignalingUrl ?? "", /^wss:\/\/127\.0\.0\.1/);
  });
});
