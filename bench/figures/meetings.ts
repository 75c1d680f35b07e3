import type { Bench } from "../bench.ts";
import type { LegUse } from "../leg-kinds.ts";
import { MOST_LATE_MS, searchLegs, type LegSubject } from "../leg-search.ts";
import type { LegServer } from "../leg-server.ts";
import { startPeer } from "../peer.ts";
import type { BrowserOffered, Joined } from "../processes/browsers.ts";
import type { MoreMeetings, OpenedMeetings } from "../processes/meetings.ts";
import type { Row } from "../report.ts";
import { murmur } from "../speech.ts";

/** Of the four members of a meeting. */
const telephones = 2;
const wantedMeetings = 50;
const packetsPerSecond = 50;
/** One telephone of each meeting speaks. */
const quietly = { audio: new Uint8Array(murmur.voices[0]?.audio.length ?? 0).fill(0xff), payloadType: 0 };
const speech = { voices: [...murmur.voices, quietly], isStamped: false };

/** What browsers heard, of what they should have. */
interface BrowserShare {
  share: number;
}

/** Meetings of four on one core: two telephones and two browsers each, of which one of each kind speaks. */
export async function measureMeetings(bench: Bench): Promise<readonly Row[]> {
  const browsers: BrowserShare = { share: Number.NaN };
  const { load, held, failed } = await searchLegs(bench, meetingLegs(browsers));
  const trial = held ?? failed?.trial;
  const meetings = Math.floor(load / telephones);
  const stop = failed === undefined ? "no load failed" : `${failed.load / telephones}: ${failed.trial.why ?? ""}`;
  const rows: Row[] = [
    {
      ...{
        name: "meetings",
        what: `meetings of 4 on one core; p99 under ${MOST_LATE_MS} ms, none lost`,
        value: meetings,
      },
      ...{ unit: "meetings", target: { atLeast: wantedMeetings }, note: stop },
    },
  ];
  if (trial === undefined) return rows;
  const { late } = trial.heard;
  return [
    ...rows,
    {
      ...{ name: "meetings-cpu", what: "  processor time of a meeting then", unit: "% of a core" },
      ...{ value: (100 * trial.share * telephones) / trial.legs, note: `${Math.round(100 * trial.share)} % in all` },
    },
    {
      ...{ name: "meetings-late", what: "  lateness of what telephones hear then, p99", value: late.p99, unit: "ms" },
      note: `p50 ${late.p50.toFixed(2)} ms, worst ${late.worst.toFixed(1)} ms; browsers heard ${(100 * browsers.share).toFixed(1)} % of their packets`,
    },
  ];
}

/** Telephones are the legs that are counted and listened to; with each comes a browser. */
function meetingLegs(heard: BrowserShare): LegSubject {
  return {
    name: "meetings",
    speech,
    async start(bench) {
      const browsers = startPeer("processes/browsers", bench.load);
      const server = startPeer("processes/meetings", bench.server);
      await server.ask("start", bench.packets);
      await browsers.ask("talk");
      return composed(bench, { server, browsers, heard });
    },
  };
}

interface Sides {
  readonly server: ReturnType<typeof startPeer>;
  readonly browsers: ReturnType<typeof startPeer>;
  readonly heard: BrowserShare;
}

function composed(bench: Bench, { server, browsers, heard }: Sides): LegServer {
  const before = { packets: 0, atMs: 0 };
  let count = 0;
  return {
    async add(remotePorts) {
      const offers = await browsers.ask<BrowserOffered[]>("offer", remotePorts.length);
      const opened = await server.ask<OpenedMeetings>("add", { remotePorts, offers } satisfies MoreMeetings);
      const refused = offers.length - opened.transports.length;
      if (refused > 0) await browsers.ask("leave", refused);
      const { failures } = await browsers.ask<Joined>("join", opened.transports);
      if (failures.length > 0) bench.tell(`  ${failures.length} browsers did not join: ${failures[0]}`);
      count += opened.ports.length;
      return opened.ports;
    },
    async drop(legs) {
      await browsers.ask("leave", legs);
      await server.ask("drop", legs / telephones);
      count -= legs;
    },
    renew: () => Promise.resolve(),
    async use() {
      const use = await server.ask<LegUse>("use");
      const packets = await browsers.ask<number>("heard");
      const seconds = (use.atMs - before.atMs) / 1_000;
      heard.share = (packets - before.packets) / (seconds * packetsPerSecond * count);
      Object.assign(before, { packets, atMs: use.atMs });
      return use;
    },
    async end() {
      await Promise.all([server.end(), browsers.end()]);
    },
  };
}
