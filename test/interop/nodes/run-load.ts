/** Calls over three servers behind Kamailio, one of which is drained and one killed meanwhile, with an account of each call:
 * npm run nodes -- --calls 10000 --rate 25. */
import { accountFor, startLoad, type Load } from "./load.ts";
import { sleep, startSystem, until, type System, type SystemNode } from "./system.ts";
import { readWords } from "../../../src/testing/internal/read-words.ts";

const usage = `npm run nodes -- [--calls <number>] [--rate <number>]
  --calls  how many in all (default: 10000)
  --rate   how many begin in a second (default: 25)`;
const { values } = readWords(usage, {
  options: { calls: { type: "string", default: "10000" }, rate: { type: "string", default: "25" } },
});
const most = Number(values.calls);
const say = (text: string) => console.log(`${(performance.now() / 1_000).toFixed(1)} s  ${text}`);

const system = await startSystem({ limits: { maxCalls: 10_000 } });
say("three servers, PostgreSQL and Kamailio are up");
const load = startLoad(system, { perSecond: Number(values.rate), lengths: [1, 2, 3, 4], most });
const hasDialled = (share: number) =>
  until(
    "the calls are dialled",
    () => load.calls.length >= share * most,
    (2_000 * most) / Number(values.rate) + 60_000,
  );

const [drained, killed] = [nodeOf(system, 1), nodeOf(system, 2)];
await hasDialled(0.25);
await drain(drained);
await hasDialled(0.6);
const killedAtMs = performance.now();
await killed.program().end("SIGKILL");
say("a server is killed");
await sleep(15_000);
await killed.start();
say("it is there again");
await hasDialled(1);
await load.finish(30_000);
await sleep(11_000);
say("all calls are over, but those whose server was killed");
const result = describe(system, load, { node: killed.index, atMs: killedAtMs });
await system.close();
console.log(result);
process.exitCode = result.faults === 0 ? 0 : 1;

function nodeOf({ nodes }: System, index: number): SystemNode {
  const node = nodes[index];
  if (node === undefined) throw new Error(`there is no node ${index}`);
  return node;
}

/** A new version of it is installed, as it were. */
async function drain({ ask, program, start }: SystemNode): Promise<void> {
  say("a server is drained");
  const left = () => ask<{ readonly calls: number }>("POST", "/offhook/v1/drain");
  await until("its calls have ended", async () => (await left()).body.calls === 0);
  await program().end("SIGTERM");
  await start();
  say("it is there again");
}

interface Kill {
  readonly node: number;
  readonly atMs: number;
}

/** What became of each call; those that the killed server had are told apart. */
function describe({ function: { told } }: System, { calls }: Load, kill: Kill) {
  const had = new Set(told.filter(({ node, atMs }) => node === kill.node && atMs < kill.atMs).map(({ from }) => from));
  const isOver = new Set(
    told.filter(({ type, atMs }) => type === "HANGUP" && atMs < kill.atMs).map(({ from }) => from),
  );
  const ofKilled = new Set(
    calls
      .filter(({ from, dialledAtMs, endedAtMs = Infinity }) => {
        const wasUp = dialledAtMs < kill.atMs && endedAtMs > kill.atMs;
        return had.has(from) && (wasUp || !isOver.has(from));
      })
      .map(({ from }) => from),
  );
  const isOfKilled = (text: string) => ofKilled.has(text.split(":")[0] ?? "");
  const { dialled, completed, refused, cut, untold, toldTwice, marked } = accountFor({ calls }, { told });
  const faults = {
    refused: refused.filter((one) => !isOfKilled(one)),
    cut: cut.filter((one) => !isOfKilled(one)),
    ...{ untold, toldTwice },
  };
  const late = told.filter(({ type, from, atMs }) => type === "HANGUP" && ofKilled.has(from) && atMs > kill.atMs);
  const waits = calls.map(({ dialledAtMs, answeredAtMs = Infinity }) => answeredAtMs - dialledAtMs);
  const finite = waits.filter((ms) => ms < Infinity).sort((a, b) => a - b);
  const byNode = [0, 1, 2].map(
    (index) => told.filter(({ node, type }) => node === index && type === "NEW_INBOUND_CALL").length,
  );
  return {
    ...{ dialled, completed, byNode },
    killed: {
      calls: ofKilled.size,
      unanswered: refused.length - faults.refused.length,
      cut: cut.length - faults.cut.length,
      ...{ hangupsOfOthers: late.filter(({ node }) => node !== kill.node).length, marked },
      lastHangupAfterMs: Math.round(Math.max(0, ...late.map(({ atMs }) => atMs - kill.atMs))),
    },
    answerMs: { median: Math.round(finite[finite.length >> 1] ?? 0), most: Math.round(finite.at(-1) ?? 0) },
    ...faults,
    faults: Object.values(faults).flat().length,
  };
}
