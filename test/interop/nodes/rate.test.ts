import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { watchMachine } from "../machine-watch.ts";
import { RawPeer, type RawCall } from "./raw-peer.ts";
import { sleep, startSystem, until, type System } from "./system.ts";

/* Two servers on one PostgreSQL, and a Voice Connector of the API that brings several times as many calls as it may. */

const callsPerSecond = 10;
/** To each server. */
const invitesPerSecond = 40;
const seconds = 9;

let system: System;
const caller = new RawPeer();
before(async () => {
  system = await startSystem({}, 2);
  await caller.open();
});
after(async () => {
  caller.close();
  await system.close();
});

async function makeConnector(): Promise<{ readonly id: string; readonly host: string }> {
  const ask = async (method: string, path: string, body: object) => {
    const answer = await system.nodes[0]?.ask<{
      VoiceConnector?: { VoiceConnectorId: string; OutboundHostName: string };
    }>(method, path, body);
    assert.ok(answer !== undefined && answer.status < 300, JSON.stringify(answer));
    return answer.body;
  };
  const { VoiceConnector } = await ask("POST", "/voice-connectors", { Name: "fast", RequireEncryption: false });
  assert.ok(VoiceConnector !== undefined);
  const Termination = {
    ...{ CpsLimit: callsPerSecond, CallingRegions: ["US"], CidrAllowedList: ["127.0.0.1/32"], Disabled: false },
  };
  await ask("PUT", `/voice-connectors/${VoiceConnector.VoiceConnectorId}/termination`, { Termination });
  return { id: VoiceConnector.VoiceConnectorId, host: VoiceConnector.OutboundHostName };
}

async function trunksOf(server: number): Promise<readonly string[]> {
  const answer = await system.nodes[server]?.ask<{ trunks: readonly { name: string }[] }>("GET", "/offhook/v1/trunks");
  return (answer?.body.trunks ?? []).map(({ name }) => name);
}

function invite(server: number, call: Omit<RawCall, "from">): void {
  caller.invite(system.nodes[server]?.sipPort ?? 0, { ...call, from: "+14155550108" });
}

/** How many calls were admitted in each second, of so many times what the limit lets through, at these servers. What is admitted, a function refuses with 486. */
async function admit(host: string, name: string, servers: readonly number[]): Promise<readonly number[]> {
  const beganAtMs = performance.now();
  let calls = 0;
  for (let now = beganAtMs; now < beganAtMs + seconds * 1_000; await sleep(5), now = performance.now()) {
    const due = ((now - beganAtMs) / 1_000) * invitesPerSecond;
    for (; calls < due; calls++)
      for (const server of servers) invite(server, { callId: `${name}-${calls}-${server}`, host });
  }
  const ended = () => [...caller.answers].filter(([callId]) => callId.startsWith(`${name}-`)).map(([, one]) => one);
  await until("all are answered", () => ended().length === calls * servers.length);
  assert.ok(ended().every(({ code }) => code === 486 || code === 503));
  const times = ended().flatMap(({ code, atMs }) => (code === 486 ? [(atMs - beganAtMs) / 1_000] : []));
  return Array.from({ length: Math.ceil(Math.max(...times)) }, (_, second) => {
    return times.filter((at) => Math.floor(at) === second).length;
  });
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);

it("the CpsLimit of a Voice Connector holds over both servers, and the one that gets all calls has all of it", async () => {
  const machine = watchMachine();
  const { id, host } = await makeConnector();
  await until("both know it", async () => (await trunksOf(0)).includes(id) && (await trunksOf(1)).includes(id));
  // What runs for the first time takes long.
  for (const server of [0, 1]) invite(server, { callId: `first-${server}`, host });
  await until("both have answered", () => caller.answers.size === 2);
  const both = await admit(host, "both", [0, 1]);
  const one = await admit(host, "one", [0]);
  const lateMs = machine.worstMs();
  await machine.stop();
  console.log(`admitted by both ${both.join(", ")}; by one ${one.join(", ")}; the machine was ${lateMs} ms late`);

  // A call is answered some moments after it was counted: what is exact is the sum.
  for (const admitted of [both, one])
    assert.ok(sumOf(admitted) <= callsPerSecond * (Math.max(seconds, admitted.length) + 1), admitted.join());
  if (lateMs > 1_000) return void console.log("not judged: whether all of it was used");
  // What the other one had comes within three seconds, and is used a second later.
  assert.ok(sumOf(one.slice(4)) >= 0.9 * callsPerSecond * (seconds - 4), one.join());
});
