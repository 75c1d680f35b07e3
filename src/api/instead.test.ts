import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { whatInstead } from "./instead.ts";
import { operations } from "./operations/index.ts";
import { readOperations } from "./wire/model.ts";

const absent = readOperations()
  .map(({ name }) => name)
  .filter((name) => !operations.some((operation) => operation.name === name));

describe("what to do instead of an operation that is not served", () => {
  it("is said for each of them", () => {
    assert.ok(absent.length > 50, `${absent.length} operations`);
    assert.deepEqual(
      absent.filter((name) => whatInstead(name) === undefined),
      [],
    );
  });

  const settings: Readonly<Record<string, RegExp>> = {
    CreatePhoneNumberOrder: /numbers:/,
    SearchAvailablePhoneNumbers: /numbers:/,
    AssociatePhoneNumbersWithVoiceConnector: /rules:.*numbers:/,
    CreateVoiceConnector: /trunk:.*voiceConnectors:/,
    PutVoiceConnectorOrigination: /voiceConnectors:/,
    PutVoiceConnectorTermination: /trunk:/,
    PutSipMediaApplicationLoggingConfiguration: /log\.level:/,
    ValidateE911Address: /[Ee]mergency calls are not offered/,
  };
  for (const [name, setting] of Object.entries(settings)) {
    it(`names the setting: ${name}`, () => assert.match(whatInstead(name) ?? "", setting));
  }
});
