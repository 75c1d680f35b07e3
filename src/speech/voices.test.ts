import assert from "node:assert/strict";
import { test } from "node:test";
import { LanguageCode, VoiceId } from "@aws-sdk/client-polly";
import { pollyLanguages, pollyVoices } from "./voices.ts";

test("every voice and language that the official client knows is one here", () => {
  assert.deepEqual(
    Object.values(VoiceId).filter((id) => !pollyVoices.has(id)),
    [],
  );
  assert.deepEqual(
    Object.values(LanguageCode).filter((code) => !pollyLanguages.has(code)),
    [],
  );
});
