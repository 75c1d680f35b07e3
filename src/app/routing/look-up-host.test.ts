import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createHostLookup } from "./look-up-host.ts";

const host = { name: "phone.example.com", family: 4 } as const;

test("gives the address of the wanted family, or the reason why there is none", async () => {
  const asked: unknown[] = [];
  const lookUp = createHostLookup(createManualClock(), async (name, options) => {
    asked.push([name, options]);
    if (name === "nobody") throw new Error("getaddrinfo ENOTFOUND nobody");
    return { address: "192.0.2.7" };
  });

  assert.equal(await lookUp(host), "192.0.2.7");
  await assert.rejects(lookUp({ name: "nobody", family: 6 }), { code: "APP_HOST_NOT_FOUND", message: /ENOTFOUND/ });
  assert.deepEqual(asked, [
    ["phone.example.com", { family: 4 }],
    ["nobody", { family: 6 }],
  ]);
});

test("waits two seconds, and has at most two look-ups open, late ones included", async () => {
  const clock = createManualClock();
  const answers: ((found: { readonly address: string }) => void)[] = [];
  const lookUp = createHostLookup(clock, () => new Promise((resolve) => answers.push(resolve)));
  const first = lookUp(host);
  const second = lookUp(host);

  await assert.rejects(lookUp(host), { message: "too many names are being looked up" });
  clock.advance(2_000);
  await assert.rejects(first, { message: "no answer within 2 s" });
  await assert.rejects(second, { message: "no answer within 2 s" });
  await assert.rejects(lookUp(host), { message: "too many names are being looked up" });
  for (const answer of answers) answer({ address: "192.0.2.7" });
  await new Promise((resolve) => setImmediate(resolve));
  const third = lookUp(host);
  answers.at(-1)?.({ address: "192.0.2.8" });
  assert.equal(await third, "192.0.2.8");
});
