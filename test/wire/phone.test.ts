import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { errorCode, silentLogger } from "../../src/kernel/index.ts";
import type { Media, Pcm } from "../../src/media/index.ts";
import { createPhone, type Greeting, type Phone, type PhoneCall, type PhoneOptions } from "../../src/phone/index.ts";
import {
  concatPcm,
  dominantFrequencyHz,
  measureSpeech,
  silence,
  tone,
  toneLevelDbfs,
} from "../../src/testing/index.ts";
import { createSocketWorld, createVirtualWorld, type World } from "./world.ts";

const loopback = { transport: "udp", host: "127.0.0.1", port: 0 } as const;
const atOnce: Greeting = { type: "answer", ringMs: 0 };

/** A caller and a phone that it can call; `incoming` is the first call that comes. */
interface Pair {
  readonly caller: Phone;
  readonly callee: Phone;
  readonly incoming: Promise<PhoneCall>;
  call(options?: Parameters<Phone["dial"]>[1]): PhoneCall;
}

/** Runs `scene` with two phones, then checks that nothing is left of them. */
type WithPhones = (
  greeting: Greeting,
  scene: (pair: Pair) => Promise<void>,
  more?: { readonly caller?: Partial<PhoneOptions>; readonly callee?: Partial<PhoneOptions> },
) => Promise<void>;

/** Describes phones in one world, and checks at the end that nothing is left in it. */
function describePhones(title: string, openWorld: () => World, tests: (withPhones: WithPhones) => void): void {
  describe(title, () => {
    let world: World;
    let media: Media;
    const unhandled: unknown[] = [];
    const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

    before(async () => {
      process.on("unhandledRejection", noteUnhandled);
      world = openWorld();
      media = await world.openMedia();
    });
    after(async () => {
      const left = media.ledger();
      await media.close();
      world.close();
      process.removeListener("unhandledRejection", noteUnhandled);
      assert.equal(left.sessions, 0);
      assert.equal(left.sockets, 0);
      assert.deepEqual(unhandled, []);
    });

    tests(async (greeting, scene, more = {}) => {
      const common = { listen: loopback, media, greeting, ...world.phone, log: silentLogger };
      let take: (call: PhoneCall) => void = () => undefined;
      const incoming = new Promise<PhoneCall>((resolve) => (take = resolve));
      const caller = await createPhone({ ...common, user: "caller", ...more.caller });
      const callee = await createPhone({ ...common, user: "callee", onCall: take, ...more.callee });
      const transport = callee.address.transport === "tcp" ? ";transport=tcp" : "";
      const uri = `sip:callee@127.0.0.1:${callee.address.port}${transport}`;
      try {
        const played = scene({ caller, callee, incoming, call: (options) => caller.dial(uri, options) });
        await Promise.race([played, world.expired]);
      } finally {
        await caller.close();
        await callee.close();
      }
      const idle = { calls: 0, transactions: 0, dialogs: 0, timers: 0, sockets: 0 };
      for (const phone of [caller, callee]) {
        await untilClosed(phone);
        assert.deepEqual(phone.ledger(), idle);
      }
    });
  });
}

const overTcp = {
  caller: { listen: { ...loopback, transport: "tcp" } },
  callee: { listen: { ...loopback, transport: "tcp" } },
} as const;

describePhones("two phones", createVirtualWorld, (withPhones) => {
  test("talk and hear each other's tones until the caller hangs up", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call({ from: "+12065550100" });
      const theirs = await incoming;
      assert.equal(await mine.ringing, 180);
      await Promise.all([mine.answered, theirs.answered]);

      await Promise.all([mine.play(tone(440, 600, -10)), theirs.play(tone(1000, 600, -20))]);
      mine.hangUp();
      const [atCaller, atCallee] = await Promise.all([mine.ended, theirs.ended]);

      assert.equal(theirs.remoteUser, "+12065550100");
      assert.equal(mine.remoteUser, "callee");
      assert.equal(mine.sipCallId, theirs.sipCallId);
      assert.deepEqual([atCaller.end, atCallee.end], [{ type: "local" }, { type: "bye" }]);
      assert.ok(atCaller.answered && atCallee.answered);
      assertHears(atCaller.heard, 1000, -20);
      assertHears(atCallee.heard, 440, -10);
      assert.ok(toneLevelDbfs(atCaller.heard, 440) < -50, "the caller hears itself");
      assert.ok(toneLevelDbfs(atCallee.heard, 1000) < -50, "the called phone hears itself");
    });
  });

  test("end with a report on both sides when the called phone hangs up", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call();
      const theirs = await incoming;
      await mine.answered;

      theirs.hangUp();

      assert.deepEqual((await theirs.ended).end, { type: "local" });
      assert.deepEqual((await mine.ended).end, { type: "bye" });
    });
  });

  test("press keys both ways, pauses included", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call();
      const theirs = await incoming;

      await Promise.all([
        mine.pressKeys("12#,*0", { toneMs: 60, gapMs: 40 }),
        theirs.pressKeys("9d", { toneMs: 60, gapMs: 40 }),
      ]);
      mine.hangUp();

      assert.equal((await theirs.ended).digits, "12#*0");
      assert.equal((await mine.ended).digits, "9D");
    });
  });

  test("speak A-law when one of them has nothing else", async () => {
    await withPhones(
      atOnce,
      async ({ incoming, call }) => {
        const mine = call();
        const theirs = await incoming;

        await Promise.all([mine.play(tone(700, 400, -12)), theirs.play(tone(1200, 400, -12))]);
        mine.hangUp();

        assertHears((await mine.ended).heard, 1200, -12);
        assertHears((await theirs.ended).heard, 700, -12);
      },
      { callee: { codecs: ["PCMA"] } },
    );
  });

  test("give the call up with 488 and a reason when they have no common codec", async () => {
    await withPhones(
      atOnce,
      async ({ incoming, call }) => {
        const mine = call();
        const theirs = await incoming;

        const atCaller = await mine.ended;
        const atCallee = await theirs.ended;

        assert.ok(atCaller.end.type === "rejected" && atCaller.end.status === 488);
        assert.match(atCallee.problem ?? "", /no common codec: the far end has PCMU/);
      },
      { caller: { codecs: ["PCMU"] }, callee: { codecs: ["PCMA"] } },
    );
  });

  test("do the same over TCP", async () => {
    await withPhones(
      atOnce,
      async ({ incoming, call }) => {
        const mine = call();
        await mine.play(tone(440, 300, -10));
        mine.hangUp();

        assertHears((await (await incoming).ended).heard, 440, -10);
      },
      overTcp,
    );
  });

  test("refuse a call with 500 and a reason when there is no RTP port to answer it on", async () => {
    const openSession = () => Promise.reject(new Error("no free ports"));
    await withPhones(
      atOnce,
      async ({ incoming, call }) => {
        const mine = call();
        const theirs = await incoming;

        const [atCaller, atCallee] = await Promise.all([mine.ended, theirs.ended]);

        assert.ok(atCaller.end.type === "rejected" && atCaller.end.status === 500);
        assert.deepEqual([atCallee.end.type, atCallee.problem], ["local", "no RTP session: no free ports"]);
      },
      { callee: { media: { openSession } as unknown as Media } },
    );
  });

  test("refuse a call with the status that was asked for", async () => {
    await withPhones({ type: "reject", status: 486 }, async ({ call }) => {
      const mine = call();

      const report = await mine.ended;

      assert.ok(report.end.type === "rejected" && report.end.status === 486);
      assert.equal(report.answered, false);
      assert.equal(report.heard.samples.length, 0);
      await assert.rejects(mine.answered, { code: "PHONE_NOT_ANSWERED" });
      await assert.rejects(mine.ringing, { code: "PHONE_NEVER_RANG" });
    });
  });

  test("let the caller give up while the other one rings", async () => {
    await withPhones({ type: "ring" }, async ({ incoming, call }) => {
      const mine = call();
      await mine.ringing;

      mine.hangUp();

      assert.deepEqual((await mine.ended).end, { type: "local" });
      const theirs = await incoming;
      assert.deepEqual((await theirs.ended).end, { type: "cancelled" });
      assert.equal(await theirs.answered.catch(errorCode), "PHONE_NOT_ANSWERED");
    });
  });

  test("leave answering and refusing to the owner of a ringing phone", async () => {
    await withPhones({ type: "ring" }, async ({ incoming, call }) => {
      const first = call();
      await first.ringing;
      (await incoming).answer();
      await first.answered;
      assert.throws(() => void first.reject(200), { code: "PHONE_BAD_STATUS" });
      first.hangUp();
      await first.ended;
    });
    await withPhones({ type: "ring" }, async ({ incoming, call }) => {
      const second = call();
      await second.ringing;
      (await incoming).reject(603);
      const { end } = await second.ended;
      assert.ok(end.type === "rejected" && end.status === 603);
    });
  });

  test("give what was heard in pieces that make up the whole", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call();
      const theirs = await incoming;
      await mine.answered;
      await mine.play(concatPcm(tone(500, 400, -10), silence(200)));
      const first = await theirs.takeHeard();
      await mine.play(concatPcm(tone(1500, 400, -10), silence(200)));
      const second = await theirs.takeHeard();
      mine.hangUp();
      const { heard } = await theirs.ended;

      assertHears(first, 500, -10);
      assertHears(second, 1500, -10);
      const pieces = concatPcm(first, second).samples;
      assert.deepEqual(heard.samples.subarray(0, pieces.length), pieces);
    });
  });

  test("tell who waits to play or press keys that the call is over, and take no more", async () => {
    await withPhones({ type: "ring" }, async ({ call }) => {
      const mine = call();
      const playing = mine.play(tone(440, 100, -10));
      const pressing = mine.pressKeys("1");
      void mine.play(tone(440, 100, -10)); // nobody waits for this one
      await mine.ringing;
      mine.hangUp();

      await assert.rejects(playing, { code: "PHONE_CALL_OVER" });
      await assert.rejects(pressing, { code: "PHONE_CALL_OVER" });
      await assert.rejects(mine.play(tone(440, 100, -10)), { code: "PHONE_CALL_OVER" });
      await assert.rejects(mine.pressKeys("1x"), { code: "PHONE_BAD_KEYS" });
    });
  });

  for (const [how, srtp] of [
    ["in the clear", "never"],
    ["encrypted", "required"],
  ] as const)
    test(`hold each other and go on, whoever called, with audio ${how}`, async () => {
      await withPhones(
        atOnce,
        async ({ incoming, call }) => {
          const mine = call();
          const theirs = await incoming;
          await Promise.all([mine.answered, theirs.answered]);
          for (const [holder, held] of [
            [mine, theirs],
            [theirs, mine],
          ] as const) {
            await holder.hold();
            await Promise.all([holder.takeHeard(), held.takeHeard()]);
            await Promise.all([holder.play(tone(500, 400, -10)), held.play(tone(1500, 400, -10))]);
            const [atHolder, atHeld] = [await holder.takeHeard(), await held.takeHeard()];
            assertHears(atHeld, 500, -10);
            assert.ok(toneLevelDbfs(atHolder, 1500) < -50, "a phone hears whom it holds");

            await holder.resume();
            await held.play(concatPcm(tone(1200, 400, -10), silence(200)));
            assertHears(await holder.takeHeard(), 1200, -10);
          }
        },
        { caller: { srtp }, callee: { srtp } },
      );
    });

  test("hold each other at the same time", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call();
      const theirs = await incoming;
      await Promise.all([mine.answered, theirs.answered]);

      await Promise.all([mine.hold(), theirs.hold()]);
      await Promise.all([mine.resume(), theirs.resume()]);
      await mine.play(concatPcm(tone(700, 400, -10), silence(200)));

      assertHears(await theirs.takeHeard(), 700, -10);
    });
  });

  test("change the codec in a call", async () => {
    await withPhones(atOnce, async ({ incoming, call }) => {
      const mine = call();
      const theirs = await incoming;
      await Promise.all([mine.answered, theirs.answered]);

      await mine.useCodecs(["PCMA"]);
      await mine.play(concatPcm(tone(700, 400, -10), silence(200)));

      assertHears(await theirs.takeHeard(), 700, -10);
      await assert.rejects(theirs.useCodecs(["PCMU"]), { code: "PHONE_NOT_CHANGED" });
    });
  });

  test("say why a call that rings, or is over, is not held", async () => {
    await withPhones({ type: "ring" }, async ({ call }) => {
      const mine = call();
      await mine.ringing;
      await assert.rejects(mine.hold(), { code: "PHONE_NOT_CHANGED", message: /is not answered/ });
      mine.hangUp();
      await mine.ended;
      await assert.rejects(mine.resume(), { code: "PHONE_NOT_CHANGED", message: /is over/ });
    });
  });

  test("carry the headers of the caller", async () => {
    await withPhones({ type: "reject", status: 480 }, async ({ incoming, call }) => {
      const mine = call({ headers: [{ name: "X-Account", value: "42; gold" }] });

      const { headers } = await incoming;
      await mine.ended;

      assert.deepEqual(
        headers.find(({ name }) => name === "X-Account"),
        { name: "X-Account", value: "42; gold" },
      );
    });
  });

  test("hang up everything when one of them is closed", async () => {
    await withPhones(atOnce, async ({ caller, call }) => {
      const mine = call();
      const early = call();
      await mine.answered;

      await caller.close();

      assert.deepEqual((await mine.ended).end, { type: "local" });
      assert.equal((await early.ended).end.type, "local");
      assert.throws(() => call(), { code: "PHONE_CLOSED" });
    });
  });
});

describePhones("two phones on the machine's sockets", createSocketWorld, (withPhones) => {
  for (const [transport, more] of [
    ["UDP", {}],
    ["TCP", overTcp],
  ] as const) {
    test(`press keys both ways, with SIP over ${transport}`, async () => {
      await withPhones(
        atOnce,
        async ({ incoming, call }) => {
          const mine = call();
          const theirs = await incoming;

          await Promise.all([mine.pressKeys("12#"), theirs.pressKeys("9")]);
          mine.hangUp();

          assert.equal((await theirs.ended).digits, "12#");
          assert.equal((await mine.ended).digits, "9");
        },
        more,
      );
    });
  }

  test("say what is wrong with a header, an address or a host instead of calling", async () => {
    await withPhones(atOnce, async ({ caller, call }) => {
      const bad = call({ headers: [{ name: "X-A", value: "1\r\nX-B: 2" }] });
      assert.match((await bad.ended).problem ?? "", /^the call could not be placed: the value of X-A /);
      await assert.rejects(bad.answered, { code: "PHONE_NOT_ANSWERED" });

      assert.throws(() => caller.dial("mailto:me@here"), { code: "PHONE_BAD_ADDRESS" });
      const lost = await caller.dial("sip:1@no-such-host.invalid").ended;
      assert.equal(lost.end.type, "transport");
    });
  });

  test("keep twenty calls at once apart", async () => {
    await withPhones(atOnce, async ({ call }) => {
      const calls = Array.from({ length: 20 }, () => call());
      await Promise.all(calls.map((one) => one.pressKeys("5", { toneMs: 60, gapMs: 40 })));
      for (const one of calls) one.hangUp();

      const reports = await Promise.all(calls.map((one) => one.ended));

      assert.ok(reports.every((report) => report.answered));
      assert.equal(new Set(calls.map((one) => one.sipCallId)).size, 20);
    });
  });
});

/** The system tells a little later that a TCP connection has closed. */
async function untilClosed(phone: Phone): Promise<void> {
  for (let turn = 0; turn < 200 && phone.ledger().sockets > 0; turn++) await setTimeout(5);
}

/** The longest sound is this tone at this level. */
function assertHears(heard: Pcm, frequencyHz: number, levelDbfs: number): void {
  const { segments } = measureSpeech(heard);
  const longest = [...segments].sort((one, other) => other.endMs - other.startMs - (one.endMs - one.startMs))[0];
  assert.ok(longest !== undefined, "nothing was heard");
  const { startMs, endMs } = longest;
  const found = dominantFrequencyHz(heard, startMs, endMs) ?? 0;
  assert.ok(Math.abs(found - frequencyHz) <= 10, `${frequencyHz} Hz expected, heard ${found} Hz`);
  const level = toneLevelDbfs(heard, frequencyHz, startMs, endMs);
  assert.ok(Math.abs(level - levelDbfs) < 1, `${levelDbfs} dBFS expected, heard ${level}`);
}
