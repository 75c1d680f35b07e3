import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRandom } from "../internal/random.ts";
import { dial, type Handler } from "../scene/index.ts";
import {
  createCoverageCounter,
  createFlowGatherer,
  describeCoverage,
  drawFlow,
  onSceneFact,
  printMermaid,
  type CallFlow,
} from "./index.ts";

const greeter: Handler = async ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
  SchemaVersion: "1.0",
  Actions:
    type === "NEW_INBOUND_CALL"
      ? [
          { Type: "Speak", Parameters: { Text: 'Say "hello": <b>' } },
          { Type: "Pause", Parameters: { DurationInMilliseconds: 500 } },
        ]
      : type === "CALL_UPDATE_REQUESTED"
        ? [{ Type: "Hangup", Parameters: { SipResponseCode: "0" } }]
        : [],
  TransactionAttributes: { last: type },
});

/** A call that is updated, and one that the caller ends. */
async function twoCalls(): Promise<void> {
  const updated = await dial(greeter);
  await updated.updates();
  await updated.ends();
  const left = await dial(greeter);
  await left.hangsUp();
  await left.ends();
}

interface Rectangle {
  readonly kind: string | undefined;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** No arrow passes behind a state, or under the words of another one. Its line lies within the corners that it is drawn by. */
function assertArrowsAreSeen(picture: string, boxes: readonly Rectangle[]): void {
  const states = boxes.filter(({ kind }) => kind !== "label");
  const labels = boxes.filter(({ kind }) => kind === "label");
  const paths = [...picture.matchAll(/<path class="move" d="([^"]+)"/g)].map(([, d = ""]) => d);
  assert.equal(paths.length, labels.length);
  for (const [index, d] of paths.entries()) {
    const points = [...d.matchAll(/([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    for (const box of [...states, ...labels.filter((_, at) => at !== index)])
      for (const [at, [x, y]] of points.entries()) {
        const [nextX, nextY] = points[at + 1] ?? [x, y];
        for (let share = 0; share <= 1; share += 1 / 64) {
          const [atX, atY] = [x + (nextX - x) * share, y + (nextY - y) * share];
          const isIn = atX > box.left + 1 && atX < box.right - 1 && atY > box.top + 1 && atY < box.bottom - 1;
          assert.ok(!isIn, `${d} crosses ${JSON.stringify(box)}`);
        }
      }
  }
}

/** Boxes of states, and what is written on arrows, lie beside each other and within the picture. */
function assertNothingOverlaps(picture: string): void {
  const boxes: readonly Rectangle[] = [
    ...picture.matchAll(/<rect class="(state|turn|label)" x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"/g),
  ].map(([, kind, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { kind, left: x, top: y, right: x + width, bottom: y + height };
  });
  const [, width = 0, height = 0] = (/viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(picture) ?? []).map(Number);
  assert.ok(boxes.length > 5);
  for (const [index, one] of boxes.entries()) {
    assert.ok(one.left >= 0 && one.top >= 0 && one.right <= width && one.bottom <= height, JSON.stringify(one));
    for (const other of boxes.slice(index + 1)) {
      const isApart =
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      assert.ok(isApart, JSON.stringify([one, other]));
    }
  }
  assertArrowsAreSeen(picture, boxes);
}

/** States with few words and many, between which calls went to and fro. */
function randomFlow(seed: number): CallFlow {
  const random = createRandom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const states = Array.from({ length: 3 + below(8) }, (_, at) => ({
    name: `Speak ${at} ${"and something else ".repeat(below(12))}`,
    times: 1,
  }));
  const nameOf = (at: number) => states[at]?.name ?? "end";
  const moves = Array.from({ length: states.length + below(14) }, (_, at) => {
    const isFirst = at < states.length;
    const from = at === 0 ? "begin" : nameOf(isFirst ? below(at) : below(states.length));
    const to = isFirst ? nameOf(at) : nameOf(below(states.length + 1));
    return { from, to, event: `EVENT ${at} ${"of a kind ".repeat(below(6))}`, times: 1 };
  });
  return { states, moves, calls: 1 };
}

describe("what scripted calls show of a function", () => {
  it("is a flow: states, and the events between them, as Mermaid and as a picture", async () => {
    const gatherer = createFlowGatherer();
    onSceneFact(gatherer.take);
    await twoCalls();
    const flow = gatherer.flow();
    assert.equal(flow.calls, 2);
    const mermaid = printMermaid(flow);
    assert.match(mermaid, /^stateDiagram-v2\n {2}s1 : Speak #34;Say #34;hello#34;#58; #60;b#62;#34;, Pause$/m);
    assert.match(mermaid, /^ {2}\[\*\] --> s1 : NEW_INBOUND_CALL \(2\)$/m);
    assert.match(mermaid, /^ {2}s1 --> s2 : CALL_UPDATE_REQUESTED CallUpdateRequest \(1\)$/m);
    assert.match(mermaid, /^ {2}s\d --> \[\*\] : hung up by the far end \(1\)$/m);
    const picture = drawFlow(flow);
    assert.match(picture, /^<svg [^]*<title>NEW_INBOUND_CALL \(2\)<\/title>[^]*<\/svg>\n$/);
    assert.ok(!picture.includes("<b>"));
    assert.match(picture, />Say &#34;hello&#34;: &#60;b&#62;|Speak &#34;Say &#34;hello&#34;/);
    assertNothingOverlaps(picture);
  });

  it("has one state for what was recorded, whatever the recordings of the calls are named", async () => {
    const gatherer = createFlowGatherer();
    onSceneFact(gatherer.take);
    for (const id of ["0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11", "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03"]) {
      const AudioSource = { Type: "S3", BucketName: "messages", Key: `inbox/${id}-1.wav` };
      const call = await dial(async ({ InvocationEventType: type }: { InvocationEventType: string }) => ({
        SchemaVersion: "1.0",
        Actions: type === "NEW_INBOUND_CALL" ? [{ Type: "PlayAudio", Parameters: { AudioSource } }] : [],
      }));
      await call.hangsUp();
      await call.ends();
    }
    const names = gatherer.flow().states.map(({ name }) => name);
    assert.deepEqual(names, ["PlayAudio inbox/(id)-1.wav", "end"]);
  });

  it("is a picture in which each arrow is seen from one state to the other, whatever the calls were", () => {
    for (let seed = 1; seed <= 40; seed += 1) assertNothingOverlaps(drawFlow(randomFlow(seed)));
  });

  it("is what tests have met: events, results of actions, attributes that nobody has left with", async () => {
    const counter = createCoverageCounter();
    onSceneFact(counter.take);
    await twoCalls();
    const said = describeCoverage(counter.coverage()).join("\n");
    assert.match(said, /^Coverage of the call flow, 2 calls$/m);
    assert.match(said, /events: NEW_INBOUND_CALL 2, .*CALL_UPDATE_REQUESTED 1/);
    assert.match(said, /never NEW_OUTBOUND_CALL, RINGING/);
    assert.match(said, /nobody has left the call with \{\}/);
  });
});
