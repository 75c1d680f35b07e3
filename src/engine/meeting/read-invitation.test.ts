import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSipUri, type SipHeader } from "../../sip-syntax/index.ts";
import { readInvitation } from "./read-invitation.ts";

function read(requestUri: string, to: string, headers: readonly SipHeader[] = []) {
  const uri = (text: string) => parseSipUri(text) ?? assert.fail(text);
  return readInvitation({ requestUri: uri(requestUri), to: uri(to), headers });
}

const number = "sip:+17035550122@127.0.0.1";
const headers = [
  { name: "X-chime-join-token", value: " token " },
  { name: "X-Chime-Meeting-Id", value: "meeting" },
];
const invitation = { token: "token", meetingId: "meeting" };

// Contract: sip-and-media-meeting-number, sip-and-media-meeting-number-id
describe("a call to the number of meetings", () => {
  it("brings token and meeting in headers, in any capitals", () => {
    assert.deepEqual(read(number, number, headers), invitation);
    assert.deepEqual(
      read(
        number,
        number,
        headers.map(({ name, value }) => ({ name: name.toUpperCase(), value })),
      ),
      invitation,
    );
  });

  it("brings them as parameters of the Request-URI, else of To (Contract: sip-and-media-meeting-number)", () => {
    const parameters = ";transport=tcp;X-chime-join-token=token;X-chime-meeting-id=meeting";

    assert.deepEqual(read(`${number}${parameters}`, number), invitation);
    assert.deepEqual(read(number, `${number}${parameters}`), invitation);
    assert.deepEqual(read(`${number};x-chime-join-token=other`, number, headers), invitation);
  });

  it("needs no meeting (Contract: sip-and-media-meeting-number-id)", () => {
    assert.deepEqual(read(number, number, headers.slice(0, 1)), { token: "token", meetingId: undefined });
  });

  it("is one where Request-URI or To has the number, with a plus or without, or as tel:", () => {
    for (const [requestUri, to] of [
      ["sip:17035550122@127.0.0.1", "sip:17035550122@127.0.0.1"],
      ["sip:desk@127.0.0.1", number],
      [number, "sip:desk@127.0.0.1"],
      ["tel:+1-703-555-0122", "tel:+1-703-555-0122"],
    ] as const) {
      assert.deepEqual(read(requestUri, to, headers), invitation, requestUri);
    }
  });

  it("without a token brings none: an empty one counts as none", () => {
    assert.deepEqual(read(number, number), { token: undefined, meetingId: undefined });
    assert.deepEqual(read(`${number};x-chime-join-token`, number, [{ name: "X-chime-join-token", value: "" }]), {
      token: undefined,
      meetingId: undefined,
    });
  });

  it("is no call to another number, whatever it brings", () => {
    assert.equal(read("sip:+17035550123@127.0.0.1", "sip:+17035550123@127.0.0.1", headers), undefined);
  });
});
