import assert from "node:assert/strict";
import { it } from "node:test";
import { isAuthorityUnknown } from "./authority-unknown.ts";

it("an unknown authority is told from a connection that was refused, and from a wrong name", () => {
  const withCode = (code: string) => isAuthorityUnknown(Object.assign(new Error("no"), { code }));
  assert.equal(withCode("SELF_SIGNED_CERT_IN_CHAIN"), true);
  assert.deepEqual([withCode("ECONNREFUSED"), withCode("ERR_TLS_CERT_ALTNAME_INVALID")], [false, false]);
  assert.equal(isAuthorityUnknown(undefined), false);
});
