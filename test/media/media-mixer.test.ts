import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createMedia, type Media, type MediaMixer, type MediaSession } from "../../src/media/index.ts";
import { tone, toneLevelDbfs } from "../../src/testing/tones.ts";
import { aParty, connect, openIn, type Party } from "./media-kit.ts";
import type { AudioCodec } from "../../src/sdp/index.ts";

const options = { address: "127.0.0.1", portRange: { min: 0, max: 0 }, log: silentLogger };
const payloadTypes: Readonly<Record<AudioCodec["name"], number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };

let server: Media;
let phones: Media;

before(async () => {
  server = await createMedia({ ...options, workers: 2 });
  phones = await createMedia(options);
});

after(async () => {
  await server.close();
  await phones.close();
  assert.deepEqual(openIn(server), { sessions: 0, mixers: 0, members: 0, sockets: 0, workers: 0 });
});

async function aPhone(mixer: MediaMixer, name: AudioCodec["name"]): Promise<Party> {
  const [phone, leg] = [await aParty(phones), (await aParty(server, { near: mixer })).session];
  const codec = { name, payloadType: payloadTypes[name] };
  connect(phone.session, leg, { codec });
  mixer.add(leg, { isHeard: true, hears: true });
  return phone;
}

test("phones of four codecs in a room of a media worker hear the three others each, and not themselves", async () => {
  const flowing = new Set<MediaSession>();
  let allFlow: (() => void) | undefined;
  const names = ["PCMU", "PCMA", "G722", "opus"] as const;
  const isFlowing = new Promise<void>((resolve) => (allFlow = resolve));
  const mixer = server.openMixer({
    onMediaFlows: (session) => flowing.add(session).size === names.length && allFlow?.(),
  });
  const room = await Promise.all(names.map((name) => aPhone(mixer, name)));
  await isFlowing;

  const frequencies = names.map((_, index) => 500 + 300 * index);
  for (const [index, { session }] of room.entries()) {
    session.startCapture();
    session.play("tone", tone(frequencies[index] ?? 0, 2500, -20), 1);
  }
  await Promise.all(room.map((phone) => phone.heard("finished tone")));
  const heard = await Promise.all(room.map(({ session }) => session.stopCapture()));

  for (const [index, pcm] of heard.entries()) {
    for (const [other, hz] of frequencies.entries()) {
      const levels = [1000, 1200, 1400, 1600, 1800].map((ms) => toneLevelDbfs(pcm, hz, ms, ms + 200));
      const what = `${names[index]} hears ${names[other]} at ${levels.join(", ")} dBFS`;
      if (other === index) assert.ok(Math.min(...levels) < -50, what);
      // A machine that is busy may have holes in it.
      else assert.ok(Math.max(...levels) > -22 && Math.max(...levels) < -18, what);
    }
  }
  mixer.close();
});
