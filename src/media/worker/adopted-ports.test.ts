import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { PacketIo, PacketSocket } from "../io/packet-io.ts";
import type { RtpCommand, RtpEvent } from "./messages.ts";

/** A host to which ports are handed over; those from 6000 on cannot be used. What is told when `tell` returns was told at once. */
function aHost() {
  const { io } = createMemoryIo(() => undefined);
  const closed: number[] = [];
  const socketOf = (port: number): PacketSocket => ({
    ...{ port, first: undefined, send: () => undefined, close: () => void closed.push(port) },
    prepare: (address, toPort) => ({ address, port: toPort, prepared: undefined }),
  });
  const adopting: PacketIo = {
    open: io.open,
    adopt(_address, [one, other]) {
      if (one.port >= 6000) throw Object.assign(new Error("nothing can wait for it"), { code: "EPERM" });
      return [socketOf(one.port), socketOf(other.port)];
    },
  };
  const events: RtpEvent[] = [];
  const setting = { rtpTimeoutMs: 0, holdTimeoutMs: 0 };
  const host = createRtpHost(adopting, createManualClock(), setting, (event) => events.push(event));
  const tell = (...commands: RtpCommand[]) => commands.forEach((command) => host.handle(command));
  return { host, tell, events, closed };
}

const open = (session: number, port: number): RtpCommand => ({
  ...{ type: "open", request: session, session, address: "192.0.2.9", port },
  descriptors: [30, 31],
});

test("a session whose ports are handed over is there for the command behind it, and is closed in one turn", () => {
  const { host, tell, events, closed } = aHost();

  tell(open(1, 5000), { type: "stats", request: 2, session: 1 }, { type: "close", request: 3, session: 1 });

  assert.deepEqual(
    events.map((event) => event.type === "reply" && [event.request, event.reply.type]),
    [
      [1, "opened"],
      [2, "stats"],
      [3, "stats"],
    ],
  );
  assert.deepEqual(new Set(closed), new Set([5000, 5001]));
  assert.equal(host.sessionCount(), 0);
});

test("ports that are handed over and cannot be used are told, and there is no session", () => {
  const { host, tell, events } = aHost();

  tell(open(1, 6000), { type: "close", request: 2, session: 1 });

  const reply = { type: "open-failed", systemCode: "EPERM", why: "nothing can wait for it" } as const;
  assert.deepEqual(events, [{ type: "reply", request: 1, reply }]);
  assert.equal(host.sessionCount(), 0);
});
