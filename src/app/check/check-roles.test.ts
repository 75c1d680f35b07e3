import assert from "node:assert/strict";
import { it } from "node:test";
import { loadConfig } from "../config/config.ts";
import { checkRoles } from "./check-roles.ts";

it("names operations of roles that there are not, with the nearest that there is", () => {
  const found = (operations: string[]) =>
    checkRoles(
      loadConfig({
        written: { api: { keys: [{ id: "A", secret: "b", roles: ["r"] }], roles: { r: { operations } } } },
        ...{ mode: "production", environment: {}, folder: "/" },
      }),
    ).map(({ where, what }) => `${where}: ${what}`);

  const right = ["*", "CreateMeeting", "chime:ListSip*", "offhook:*", "offhook:GetMetrics", "offhook:HearCall"];
  assert.deepEqual(found(right), []);
  assert.deepEqual(found(["CreateSipMediaAplicationCall", "chime:GetSiprule", "HearCall", "offhook:Nothing*"]), [
    'api.roles.r.operations: there is no operation "CreateSipMediaAplicationCall", and it allows nothing; did you mean "CreateSipMediaApplicationCall"?',
    'api.roles.r.operations: there is no operation "chime:GetSiprule", and it allows nothing; did you mean "GetSipRule"?',
    'api.roles.r.operations: there is no operation "HearCall", and it allows nothing; did you mean "offhook:HearCall"?',
    'api.roles.r.operations: there is no operation "offhook:Nothing*", and it allows nothing',
  ]);
});
