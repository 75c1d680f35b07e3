import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { test } from "node:test";
import { boundConnections } from "./connections.ts";

/** A server whose connections are made by hand, with at most two of one source and three in all. */
function scene() {
  const server = new EventEmitter();
  const refused: unknown[] = [];
  const refuse = (socket: Socket) => {
    refused.push(socket);
    socket.destroy();
  };
  boundConnections(server as Server, refuse, { perSource: 2, inAll: 3 });
  const open = (remoteAddress: string) => {
    const socket = Object.assign(new EventEmitter(), { remoteAddress, destroyed: false, destroy });
    function destroy() {
      socket.destroyed = true;
      socket.emit("close");
    }
    server.emit("connection", socket as unknown as Socket);
    return socket;
  };
  const ask = (socket: ReturnType<typeof open>) => {
    const response = new EventEmitter();
    server.emit("request", { socket }, response);
    return () => response.emit("close");
  };
  const upgrade = (socket: ReturnType<typeof open>) => server.emit("upgrade", { socket });
  return { refused, open, ask, upgrade };
}

test("a connection too many of a source closes the one of it that has been without a request for longest", () => {
  const { refused, open, ask } = scene();
  const [first, second] = [open("192.0.2.1"), open("192.0.2.1")];
  ask(first)();

  const third = open("192.0.2.1");

  assert.deepEqual([first.destroyed, second.destroyed, third.destroyed, refused], [false, true, false, []]);
});

test("a connection with a request is never closed for another, which is refused", () => {
  const { refused, open, ask } = scene();
  const busy = [open("192.0.2.1"), open("192.0.2.1")];
  for (const socket of busy) ask(socket);

  const third = open("192.0.2.1");

  assert.deepEqual(
    busy.map((socket) => socket.destroyed),
    [false, false],
  );
  assert.deepEqual(refused, [third]);
});

test("a source does not take the connections of another, and all together have a bound", () => {
  const { refused, open } = scene();
  const [first, second] = [open("192.0.2.1"), open("192.0.2.1")];
  const other = open("192.0.2.2");

  const fourth = open("192.0.2.3");
  first.destroy();
  const fifth = open("192.0.2.3");

  assert.deepEqual(refused, [fourth]);
  assert.deepEqual([second.destroyed, other.destroyed, fifth.destroyed], [false, false, false]);
});

test("a connection that was taken for another protocol neither counts nor is closed for others", () => {
  const { refused, open, upgrade } = scene();
  const taken = [open("192.0.2.1"), open("192.0.2.1")];
  for (const socket of taken) upgrade(socket);

  const others = [open("192.0.2.1"), open("192.0.2.1")];

  assert.deepEqual(
    [[...taken, ...others].map(({ destroyed }) => destroyed), refused],
    [[false, false, false, false], []],
  );
});
