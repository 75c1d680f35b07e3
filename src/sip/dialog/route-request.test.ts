import assert from "node:assert/strict";
import { test } from "node:test";
import { routeRequest, type Dialog } from "./dialog.ts";

const dialog: Dialog = {
  ...{ sipCallId: "c", localTag: "l", remoteTag: "r", localParty: "<sip:l@x>", remoteParty: "<sip:r@y>" },
  ...{ routes: [], remoteTarget: "sip:r@192.0.2.9", localSeq: 1, remoteSeq: undefined },
};

for (const [what, routes, remoteTarget, requestUri, sent] of [
  ["no route", [], "sip:r@192.0.2.9;ob", "sip:r@192.0.2.9;ob", []],
  [
    "a target with headers and a method",
    [],
    "sip:r;method=x@192.0.2.9;transport=tcp;method=INVITE;ob?Subject=a",
    "sip:r;method=x@192.0.2.9;transport=tcp;ob",
    [],
  ],
  ["a loose router", ["<sip:p;lr>"], "sip:r@y", "sip:r@y", ["<sip:p;lr>"]],
  ["a loose router by lr=on", ["<sip:p;r2=on;lr=on;x=1>"], "sip:r@y", "sip:r@y", ["<sip:p;r2=on;lr=on;x=1>"]],
  ["a strict router", ["<sip:p>"], "sip:r@y", "sip:p", ["<sip:r@y>"]],
  [
    "a strict router with what no request line may have, then a loose one",
    ['"P" <sip:p;method=BYE;transport=tcp?X=y>;a=b', "<sip:q;lr>"],
    "sip:r@y",
    "sip:p;transport=tcp",
    ["<sip:q;lr>", "<sip:r@y>"],
  ],
  ["a loose router, then a strict one", ["<sip:p;lr>", "<sip:q>"], "sip:r@y", "sip:r@y", ["<sip:p;lr>", "<sip:q>"]],
  ["a router that has lr in its user part only", ["<sip:a;lr@p>"], "sip:r@y", "sip:a;lr@p", ["<sip:r@y>"]],
] as const) {
  test(`a request in a dialog with ${what} goes to ${requestUri} (RFC 3261 §12.2.1.1)`, () => {
    const routed = routeRequest({ ...dialog, routes, remoteTarget });

    assert.deepEqual([routed.requestUri, routed.routes.map(({ value }) => value)], [requestUri, sent]);
  });
}
