import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { WebSocket } from "ws";
import { createApi } from "../../src/api/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createMeetingRegistry } from "../../src/meetings/index.ts";
import { openRooms } from "../../src/meetings/room/rooms.ts";
import { createSignalling } from "../../src/meetings/signalling/signalling.ts";
import { createStore } from "../../src/store/index.ts";
import { createFakeCallControl } from "../../src/testing/internal/fake-call-control.ts";
import { officialFrames } from "../../src/testing/internal/official-frames.ts";
import { browserDescriptions, createRoomMedia } from "../../src/testing/internal/room-media.ts";

interface Settings {
  readonly allowedOrigins?: readonly string[];
  readonly basePath?: string;
  readonly perSource?: number;
}

/** The API with its meetings on a free port of loopback, by the clock of the machine; media is without packets. */
async function startMeetings({ allowedOrigins, basePath = "", perSource = 100 }: Settings) {
  const store = await createStore({ path: ":memory:", log: silentLogger, hasThread: false });
  const refusals: string[] = [];
  const registry = createMeetingRegistry({
    ...{ store, tokenSecret: new Uint8Array(32), maxMeetings: 10, clock: systemClock, onOccurrence: () => undefined },
  });
  const ports = {
    ...{ registry, media: createRoomMedia(), descriptions: browserDescriptions, allowedOrigins },
    ...{ clock: systemClock, log: silentLogger, noteRefusal: (cause: string) => void refusals.push(cause) },
  };
  const rooms = await openRooms(ports);
  const signalling = createSignalling({ ...ports, rooms }, { perSource, inAll: 1_000 });
  const api = await createApi({
    ...{ address: "127.0.0.1", port: 0, basePath, store, calls: createFakeCallControl(), meetings: registry },
    ...{ region: "us-east-1", accountId: "000000000000", clock: systemClock, log: silentLogger },
    takeWebSocket: signalling.take,
  });
  const open = new Set<WebSocket>();
  /** A socket as a browser makes it; `ended`: the code by which it was closed. */
  const dial = (meetingId: string, protocols: readonly string[], origin?: string) => {
    const url = `${api.url.replace("http", "ws")}/control/${meetingId}?X-Chime-Control-Protocol-Version=3`;
    const socket = new WebSocket(url, [...protocols], origin === undefined ? {} : { origin });
    open.add(socket);
    socket.on("error", () => undefined);
    const ended = once(socket, "close").then(([code]) => code as number);
    const message = async () => {
      const [bytes] = (await once(socket, "message")) as [Buffer];
      return officialFrames.print(officialFrames.decode(bytes));
    };
    return { socket, ended, message };
  };
  return {
    ...{ api, registry, rooms, signalling, refusals, dial },
    async meeting(requestToken = "r") {
      const made = await registry.createMeeting({
        ...{ requestToken, externalMeetingId: "m", mediaRegion: "us-east-1", hostId: undefined },
        ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
      });
      assert.ok(made.type === "created");
      return made.meeting.id;
    },
    async attend(meetingId: string, externalUserId = "Ann") {
      const made = await registry.createAttendee(meetingId, { externalUserId, capabilities: undefined });
      assert.ok(made.type === "created");
      return { id: made.attendee.id, token: registry.tokenOf(made.attendee) };
    },
    async close() {
      signalling.close();
      for (const socket of open) socket.terminate();
      rooms.close();
      await api.close();
      await store.close();
      await until(() => signalling.sockets() === 0);
    },
  };
}

type Meetings = Awaited<ReturnType<typeof startMeetings>>;
const withMeetings =
  (body: (meetings: Meetings) => Promise<void>, settings: Settings = {}) =>
  async () => {
    const meetings = await startMeetings(settings);
    try {
      await body(meetings);
    } finally {
      await meetings.close();
    }
  };

const own = "_aws_wt_session";

/** The server hears of the end of a socket a moment after its client. */
async function until(isSo: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (!isSo()) {
    deadline.throwIfAborted();
    await new Promise(setImmediate);
  }
}

describe("the WebSocket of a client", () => {
  for (const basePath of ["", "/chime"]) {
    it(
      `is opened with its token as a sub-protocol, and carries frames both ways (base path "${basePath}")`,
      withMeetings(
        async ({ meeting, attend, dial, rooms }) => {
          const meetingId = await meeting();
          const { token } = await attend(meetingId);
          const { socket, message, ended } = dial(meetingId.toUpperCase(), [own, token]);
          await once(socket, "open");
          assert.equal(socket.protocol, own);

          socket.send(officialFrames.encode("JOIN", { join: { audioSessionId: 5 } }));
          assert.equal(await message(), "JOIN_ACK");
          assert.equal(rooms.list()[0]?.members.length, 1);
          socket.send(officialFrames.encode("LEAVE"));
          assert.equal(await message(), "LEAVE_ACK");
          assert.deepEqual(rooms.list(), []);
          socket.close();
          assert.equal(await ended, 1_005);
        },
        { basePath },
      ),
    );
  }

  const refusals: readonly (readonly [
    name: string,
    code: number,
    cause: string,
    offer: (
      meetings: Meetings,
      meetingId: string,
    ) => Promise<readonly [meetingId: string, protocols: readonly string[]]>,
  ])[] = [
    ["a token that names nobody", 4_403, "bad-join-token", async (_, id) => [id, [own, "nobody"]]],
    [
      "the token of an attendee who was deleted",
      4_403,
      "bad-join-token",
      async ({ attend, registry }, meetingId) => {
        const { id, token } = await attend(meetingId);
        await registry.deleteAttendee(meetingId, id);
        return [meetingId, [own, token]];
      },
    ],
    [
      "the token of another meeting",
      4_403,
      "other-meeting",
      async ({ attend, meeting }, meetingId) => [meetingId, [own, (await attend(await meeting("other"))).token]],
    ],
    [
      "a session that shares a screen",
      4_403,
      "content-session",
      async ({ attend }, meetingId) => [meetingId, [own, `${(await attend(meetingId)).token}#content`]],
    ],
    ["no token", 4_403, "no-join-token", async (_, id) => [id, [own]]],
    [
      "a token and no name of the sub-protocol",
      4_403,
      "no-join-token",
      async ({ attend }, meetingId) => [meetingId, [(await attend(meetingId)).token]],
    ],
    [
      "a meeting that has ended",
      4_410,
      "no-meeting",
      async ({ attend, registry }, meetingId) => {
        const { token } = await attend(meetingId);
        await registry.endMeeting(meetingId, "deleted");
        return [meetingId, [own, token]];
      },
    ],
    ["a meeting that never was", 4_410, "no-meeting", async () => ["00000000-0000-0000-0000-000000000000", [own, "x"]]],
  ];
  for (const [name, code, cause, offer] of refusals) {
    it(
      `is closed with ${code} after the upgrade for ${name}`,
      withMeetings(async (meetings) => {
        const [meetingId, protocols] = await offer(meetings, await meetings.meeting());

        const { ended } = meetings.dial(meetingId, protocols);

        assert.deepEqual([await ended, meetings.refusals], [code, [cause]]);
      }),
    );
  }

  it(
    "is closed with 4403 for a page of an origin that is not allowed",
    withMeetings(
      async ({ meeting, attend, dial, refusals: noted }) => {
        const meetingId = await meeting();
        const { token } = await attend(meetingId);
        const good = dial(meetingId, [own, token], "https://good.example");
        await once(good.socket, "open");
        good.socket.send(officialFrames.encode("JOIN", { join: {} }));
        assert.equal(await good.message(), "JOIN_ACK");

        assert.equal(await dial(meetingId, [own, token], "https://bad.example").ended, 4_403);
        assert.equal(await dial(meetingId, [own, token]).ended, 4_403);
        assert.deepEqual(noted, ["foreign-origin", "foreign-origin"]);
      },
      { allowedOrigins: ["https://good.example"] },
    ),
  );

  it(
    "is closed with 4503 beyond as many as one source may have",
    withMeetings(
      async ({ meeting, attend, dial, signalling, refusals: noted }) => {
        const meetingId = await meeting();
        const { token } = await attend(meetingId);
        const two = [dial(meetingId, [own, token]), dial(meetingId, [own, token])];
        for (const { socket } of two) await once(socket, "open");

        assert.equal(await dial(meetingId, [own, token]).ended, 4_503);
        assert.deepEqual(noted, ["too-many-sockets"]);
        two[0]?.socket.terminate();
        await two[0]?.ended;
        await until(() => signalling.sockets() === 1);
        const { socket, message } = dial(meetingId, [own, token]);
        await once(socket, "open");
        socket.send(officialFrames.encode("JOIN", { join: {} }));
        assert.equal(await message(), "JOIN_ACK");
      },
      { perSource: 2 },
    ),
  );

  it(
    "is closed with 1009 for a message that is not even read, and its member is given up",
    withMeetings(async ({ meeting, attend, dial, rooms }) => {
      const meetingId = await meeting();
      const { socket, ended, message } = dial(meetingId, [own, (await attend(meetingId)).token]);
      await once(socket, "open");
      socket.send(officialFrames.encode("JOIN", { join: {} }));
      await message();
      socket.send(new Uint8Array(300_000));

      assert.equal(await ended, 1_009);
      await until(() => rooms.list().length === 0);
    }),
  );

  it(
    "is closed with 4503 when the server stops, also while a client is let in",
    withMeetings(async ({ meeting, attend, dial, signalling }) => {
      const meetingId = await meeting();
      const { token } = await attend(meetingId);
      const inside = dial(meetingId, [own, token]);
      await once(inside.socket, "open");
      signalling.close();

      assert.deepEqual([await inside.ended, await dial(meetingId, [own, token]).ended], [4_503, 4_503]);
    }),
  );

  it(
    "is no WebSocket without a key, and the connection is answered and closed",
    withMeetings(async ({ api, meeting }) => {
      const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
      const head = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n";
      socket.setEncoding("utf8").write(`GET /control/${await meeting()} HTTP/1.1\r\n${head}`);
      const [answer] = (await once(socket, "data")) as [string];
      await once(socket, "close");

      assert.match(answer, /^HTTP\/1\.1 400 /);
    }),
  );
});
