import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dial, type Handler } from "../scene/index.ts";
import {
  createCoverageCounter,
  createFlowGatherer,
  describeCoverage,
  drawFlow,
  onSceneFact,
  printMermaid,
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

/** Boxes of states, and what is written on arrows, lie beside each other and within the picture. */
function assertNothingOverlaps(picture: string): void {
  const boxes = [
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
