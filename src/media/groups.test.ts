import assert from "node:assert/strict";
import { test } from "node:test";
import { createGroups, type Group } from "./groups.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";
import type { MediaSession } from "./types.ts";

const groups = createGroups();

/** Two groups in one worker: sessions 1 and 2, and session 3. */
function twoGroups() {
  const told: unknown[] = [];
  const worker = { tell: (command: unknown) => void told.push(command) } as unknown as WorkerHandle;
  const [pair, single]: [Group, Group] = [{ worker }, { worker }];
  const sessions = [pair, pair, single].map((group, index) => {
    const session = {} as MediaSession;
    groups.add(session, group, index + 1);
    return session;
  });
  return { told, sessions };
}

test("sessions of a group are joined in their worker, and parted once", () => {
  const { told, sessions } = twoGroups();
  const [one, two] = sessions as [MediaSession, MediaSession];

  const bridge = groups.bridge(one, two);
  bridge.close();
  bridge.close();

  assert.deepEqual(told, [
    { type: "join", session: 1, other: 2 },
    { type: "part", session: 1 },
  ]);
});

test("sessions of different groups are not bridged, though one worker happens to carry both", () => {
  const { sessions } = twoGroups();
  const [one, , three] = sessions as [MediaSession, MediaSession, MediaSession];

  assert.throws(() => groups.bridge(one, three), { code: "MEDIA_BRIDGE_APART" });
});

test("a bridge that was closed leaves one that was opened since", () => {
  const { told, sessions } = twoGroups();
  const [one, two] = sessions as [MediaSession, MediaSession];
  const first = groups.bridge(one, two);
  groups.remove(two);
  groups.add(two, groups.groupOf(one) ?? assert.fail(), 4);
  groups.bridge(one, two);

  first.close();

  assert.deepEqual(told, [
    { type: "join", session: 1, other: 2 },
    { type: "join", session: 1, other: 4 },
  ]);
});
