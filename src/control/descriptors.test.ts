import assert from "node:assert/strict";
import { test } from "node:test";
import { whyTooFewDescriptors } from "./descriptors.ts";

test("too low a limit is said with the number that the configured calls need", () => {
  const why = whyTooFewDescriptors({ limit: 256, open: () => 60 }, 1_000);

  assert.match(why ?? "", /maxCalls of 1000 needs up to 6124 open files .* allows 256: raise it to 6124 .* 67th/);
});

test("a limit that suffices, or is not known, is not spoken of", () => {
  assert.equal(whyTooFewDescriptors({ limit: 6_124, open: () => 60 }, 1_000), undefined);
  assert.equal(whyTooFewDescriptors({ limit: undefined, open: () => 60 }, 1_000), undefined);
});
