import assert from "node:assert/strict";
import { connect, type TLSSocket } from "node:tls";
import { test } from "node:test";
import { createRecordingDelegate, openTestAgent } from "../../src/testing/internal/sip-testbed.ts";
import { createTlsCertificate, type TestCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { openTlsScene, tlsListener } from "../../src/testing/internal/tls-scene.ts";
import { toDuplex } from "../../src/sip/transport/secure-stream.ts";

const pbx = createTlsCertificate("DNS:pbx.test", "IP:192.0.2.1");
const second = createTlsCertificate("DNS:second.test");
const wild = createTlsCertificate("DNS:*.wild.test");
const trunk = createTlsCertificate("DNS:trunk.test", "IP:127.0.0.1");
const stranger = createTlsCertificate("DNS:trunk.test", "IP:127.0.0.1");

type Scene = Awaited<ReturnType<typeof openTlsScene>>;

/** A client of Node's own that connects, and what became of it. */
function connectClient({ network }: Scene, options: { servername?: string; own?: TestCertificate }) {
  const { duplex } = toDuplex(network.connectStream(tlsListener.host, tlsListener.port));
  const { own, servername } = options;
  const socket: TLSSocket = connect({
    ...{ socket: duplex, rejectUnauthorized: false },
    ...(servername === undefined ? {} : { servername }),
    ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
  });
  const state: { shown?: string | undefined; isOpen: boolean } = { isOpen: true };
  socket.once("secureConnect", () => (state.shown = socket.getPeerCertificate().subjectaltname));
  socket.on("error", () => undefined);
  socket.on("close", () => (state.isOpen = false));
  return state;
}

for (const [name, shown] of [
  ["pbx.test", "DNS:pbx.test, IP Address:192.0.2.1"],
  ["second.test", "DNS:second.test"],
  ["SECOND.test", "DNS:second.test"],
  ["a.wild.test", "DNS:*.wild.test"],
  ["a.b.wild.test", "DNS:pbx.test, IP Address:192.0.2.1"],
  ["unknown.test", "DNS:pbx.test, IP Address:192.0.2.1"],
  [undefined, "DNS:pbx.test, IP Address:192.0.2.1"],
] as const) {
  test(`who asks for ${name ?? "no name"} is shown the certificate of ${shown}`, async () => {
    const scene = await openTlsScene(pbx);
    scene.held.certificates = { own: pbx, further: [second, wild], authorities: undefined };
    const client = connectClient(scene, name === undefined ? {} : { servername: name });
    await scene.until(() => client.shown !== undefined);

    assert.equal(client.shown, shown);
  });
}

for (const [what, clients, own, cause] of [
  ["no certificate, and is not asked", "ignored", undefined, undefined],
  ["a wrong certificate, and is not asked", "ignored", stranger, undefined],
  ["no certificate, and is asked", "asked", undefined, undefined],
  ["a right certificate, and is asked", "asked", trunk, undefined],
  ["a wrong certificate, and is asked", "asked", stranger, "client-certificate-not-trusted"],
  ["no certificate, and needs one", "required", undefined, "no-client-certificate"],
  ["a wrong certificate, and needs one", "required", stranger, "client-certificate-not-trusted"],
  ["a right certificate, and needs one", "required", trunk, undefined],
] as const) {
  test(`a far end that has ${what} ${cause === undefined ? "comes in" : "is closed and counted"}`, async () => {
    const scene = await openTlsScene(pbx);
    scene.held.certificates = { own: pbx, authorities: trunk.certificate, clients };
    const client = connectClient(scene, own === undefined ? {} : { own });
    if (cause === undefined)
      await scene.until(() => client.shown !== undefined && scene.server.agent.ledger().sockets === 2);
    else await scene.until(() => !client.isOpen);

    assert.equal(client.isOpen, cause === undefined);
    assert.deepEqual(scene.server.agent.refusals(), cause === undefined ? {} : { [cause]: 1 });
  });
}

test("a trunk with authorities of its own needs a certificate of theirs, while others need none", async () => {
  const scene = await openTlsScene(pbx);
  const authoritiesOf = ({ host }: { host: string }) => (host === "127.0.0.1" ? trunk.certificate : undefined);
  scene.held.certificates = { own: pbx, authorities: undefined, authoritiesOf };
  const [right, wrong, none] = [trunk, stranger, undefined].map((own) =>
    connectClient(scene, own === undefined ? {} : { own }),
  );
  await scene.until(() => wrong?.isOpen === false && none?.isOpen === false && right?.shown !== undefined);
  assert.deepEqual(scene.server.agent.refusals(), {
    ...{ "client-certificate-not-trusted": 1, "no-client-certificate": 1 },
  });

  scene.held.certificates = { own: pbx, authorities: undefined, authoritiesOf: () => undefined };
  const other = connectClient(scene, {});
  await scene.until(() => other.shown !== undefined);
});

/** The trunk and the server, over a connection that the trunk opened; then the server calls the trunk.
 * @returns how many connections the server has had to open */
async function callBack(isTrunk: boolean, clients: "ignored" | "required"): Promise<number> {
  const scene = await openTlsScene(pbx, () => isTrunk);
  scene.held.certificates = { own: pbx, authorities: trunk.certificate, clients };
  const { agent } = await openTestAgent({
    ...{ network: scene.network, clock: scene.clock, isTrunk: () => true },
    listeners: [{ transport: "tls", host: "127.0.0.1", port: 5061 }],
    certificates: () => ({ own: trunk, authorities: pbx.certificate }),
    onCall: (call) => call.reject(486),
  });
  const uri = "sip:+1@pbx.test";
  const parts = { to: uri, from: "sip:a@127.0.0.1", offer: "v=0\r\n", headers: [] };
  const nextHop = { ...tlsListener, domain: "pbx.test" };
  agent.call({ ...parts, requestUri: uri, nextHop, delegate: createRecordingDelegate() });
  await scene.until(() => scene.server.calls.length === 1);
  const before = scene.server.agent.ledger().sockets;
  const delegate = createRecordingDelegate();
  const back = { transport: "tls", host: "127.0.0.1", port: 5061, domain: "trunk.test" } as const;
  scene.server.agent.call({ ...parts, requestUri: "sip:b@trunk.test", nextHop: back, delegate });
  await scene.until(() => delegate.reported.includes("ended rejected"));
  return scene.server.agent.ledger().sockets - before;
}

test("a trunk is called over the connection that it opened and offers (RFC 5923), where its certificate proves its name", async () => {
  assert.equal(await callBack(true, "required"), 0);
});

test("a far end that is no trunk, or has proved nothing, is called over a connection of ours", async () => {
  assert.equal(await callBack(false, "required"), 1);
  assert.equal(await callBack(true, "ignored"), 1);
});
