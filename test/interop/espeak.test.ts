import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, test } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { measureSpeech } from "../../src/media/index.ts";
import { espeakPauseMs } from "../../src/speech/espeak/espeak-engine.ts";
import { createEspeakSpeaker } from "../../src/speech/espeak/espeak-speaker.ts";
import { toPieces } from "../../src/speech/threads/speech-pieces.ts";
import { createSpeech, listVoices, type Speech, type SpeechRequest } from "../../src/speech/index.ts";
import { dial } from "../../src/testing/index.ts";
import { speechOf } from "../../src/testing/internal/speak-with.ts";
import { onTime } from "./on-time.ts";

/** What is said in a language, and how long it may take, milliseconds: 40 to 130 for a letter, 150 to 400 for a syllable that is one character. */
const sentences: readonly [voiceId: string, text: string, from: number, to: number][] = [
  ["Hans", "Guten Tag. Bitte warten Sie, wir verbinden Sie mit einem Kollegen.", 2_600, 8_500],
  ["Lucia", "Buenos días. Pulse uno para ventas y dos para soporte.", 2_100, 7_000],
  ["Celine", "Bonjour, veuillez patienter quelques instants, s'il vous plaît.", 2_000, 8_000],
  ["Zhiyu", "您好，请按一转销售部，按二转技术支持。谢谢您的来电。", 3_900, 10_000],
  ["Tatyana", "Здравствуйте. Пожалуйста, подождите.", 1_400, 4_700],
  ["Zeina", "مرحبا، الرجاء الانتظار.", 900, 3_200],
  ["Seoyeon", "안녕하세요. 잠시만 기다려 주세요.", 1_800, 6_000],
  ["Tomoko", "こんにちは。しばらくおまちください。", 2_000, 7_000],
];

describe("espeak-ng", () => {
  let speech: Speech;
  before(async () => {
    speech = await createSpeech({ engines: ["flite", "espeak-ng"], cacheFolder: undefined, log: silentLogger });
  });
  after(() => speech.close());

  const say = async (voiceId: string, text: string, changes: Partial<SpeechRequest> = {}) =>
    measureSpeech(await speech.synthesize(speechOf(text, { voiceId, ...changes })));
  const hans = async (text: string) => (await say("Hans", text)).durationMs;
  const ssml = async (inner: string) => (await say("Hans", `<speak>${inner}</speak>`, { textType: "ssml" })).durationMs;

  it("speaks for every voice whose language Flite lacks, each language with a voice of its own", async () => {
    const voices = await listVoices({ engines: ["flite", "espeak-ng"] });
    for (const { id, language, spokenBy } of voices)
      assert.equal(spokenBy[0]?.engine, language.startsWith("en-") ? "flite" : "espeak-ng", id);
    const womanOf = (id: string) => voices.find((voice) => voice.id === id)?.spokenBy[0]?.voice;
    assert.deepEqual(["Vicki", "Hans", "Lupe", "Camila", "Zhiyu"].map(womanOf), [
      ...["de+f2", "de+m3", "es-419+f3", "pt-br+f3", "cmn-latn-pinyin+f3"],
    ]);
  });

  for (const [voiceId, text, from, to] of sentences) {
    it(`speaks ${voiceId}'s language, loud enough and as long as people do`, async () => {
      const { durationMs, speechMs, levelDbfs = -100 } = await say(voiceId, text);

      assert.ok(durationMs > from && durationMs < to, `${durationMs} ms`);
      assert.ok(speechMs > 0.7 * durationMs, `${speechMs} of ${durationMs} ms`);
      assert.ok(Math.abs(levelDbfs + 18) < 2, `${levelDbfs} dBFS`);
    });
  }

  it("makes pauses of SSML to the millisecond, and paragraphs and rates", async () => {
    const [one, two] = [await ssml("Eins."), await ssml("Zwei.")];

    assert.equal(await ssml('Eins.<break time="700ms"/>Zwei.'), one + 700 + two);
    assert.equal(await ssml("<p>Eins.</p><p>Zwei.</p>"), one + 450 + two);
    const slow =
      (await ssml('<prosody rate="50%">Bitte warten Sie einen Moment.</prosody>')) /
      (await ssml("Bitte warten Sie einen Moment."));
    assert.ok(slow > 1.6 && slow < 2.4, `${slow}`);
    assert.equal(await ssml('<sub alias="Bundesrepublik">BRD</sub>'), await ssml("Bundesrepublik"));
  });

  it("reads numbers in the language: digits one by one where they are asked for, else as numbers", async () => {
    assert.equal(await ssml('<say-as interpret-as="digits">407</say-as>'), await ssml("4 0 7"));
    assert.equal(await ssml('<say-as interpret-as="cardinal">407</say-as>'), await ssml("407"));
    assert.equal(await ssml('<say-as interpret-as="telephone">40-7</say-as>'), await ssml("4 0, 7"));
  });

  it("speaks the language that an element asks for", async () => {
    const [french, german] = [
      await ssml('<lang xml:lang="fr-FR">oiseaux beaucoup</lang>'),
      await ssml("oiseaux beaucoup"),
    ];
    assert.notEqual(french, german);
  });

  for (const sign of [",", "."]) {
    it(`rests between pieces of a text as it does within one, behind ${sign}`, async () => {
      const speak = createEspeakSpeaker("espeak-ng", () => undefined);
      const words = (text: string) =>
        ({ type: "words", text, voice: { name: "de", pitch: 1 }, rate: 1, pitch: 1, volumeDb: 0 }) as const;
      const [first, second] = [words(`Bitte bleiben Sie in der Leitung${sign}`), words("Wir sind gleich wieder da.")];
      const { samples: whole } = await speak([words(`${first.text} ${second.text}`)]);
      const pieces = toPieces([first, second], espeakPauseMs);
      const joined = (await Promise.all(pieces.map((piece) => speak(piece)))).flatMap((piece) => [...piece.samples]);

      const [own, made] = [whole, joined].map(({ length }) => length / 8);
      assert.ok(Math.abs((own ?? 0) - (made ?? 0)) < 120, `${made} ms, in one piece ${own} ms`);
    });
  }

  it("takes nothing of a text as an order", async () => {
    const plain = await hans("hallo");
    assert.equal(await hans("\u0000\u0007\u001b hallo \u0001\u0008"), plain);
    assert.equal(await hans("\u202ehallo\u202c \u2066\u2069"), plain);
    assert.equal(await hans("\ud800 hallo \ue001\uf8ff"), plain);
    // Phonemes would be two sounds; letters and signs are read.
    assert.ok((await hans("[[h@l]]")) > 1.5 * (await hans("[[]] ha")), "phonemes");
    assert.ok((await hans("\u0001450S langsam sprechen bitte")) > (await hans("langsam sprechen bitte")), "rate");
    for (const text of ["-v en", "--voices", "-w /tmp/x.wav hallo", "<speak>hallo</speak>", "`id` $(id) %s%n"])
      assert.ok((await hans(text)) > 300, text);
  });

  for (const [what, text] of [
    ["punctuation", "... --- !? ;;; ()[]"],
    ["nothing", ""],
    ["emoji", "😀🎉👍🏽"],
    ["control characters", "\u0000\u0001\u0002\u0007\u001b\n\r"],
  ] as const) {
    it(`is silent for ${what} alone`, async () => assert.equal(await hans(text), 0));
  }

  it("speaks texts without a sign, and refuses one that is too long", async () => {
    for (const [voiceId, text] of [
      ["Hans", "1234567890".repeat(10)],
      ["Zhiyu", "您好".repeat(50)],
    ] as const) {
      const { durationMs } = await say(voiceId, text);
      assert.ok(durationMs > 20_000 && durationMs < 45_000, `${durationMs} ms`);
    }
    await assert.rejects(hans("a".repeat(1_000_000)), { code: "SPEECH_TOO_LONG" });
  });

  it("fails what a language cannot be read from, and says why", async () => {
    await assert.rejects(hans("您好"), { code: "SPEECH_UNSPEAKABLE", message: /Han only, which a voice of German/ });
    await assert.rejects(say("Tomoko", "東京です"), { code: "SPEECH_UNSPEAKABLE", message: /voice of Japanese/ });
  });
});

describe("a program in the place of espeak-ng", () => {
  let folder = "";
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "offhook-espeak-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  /** A speech whose program says that it knows German, and then does this. */
  async function open(script: string): Promise<Speech> {
    const program = join(folder, `espeak-${Math.random().toString(36).slice(2)}`);
    const table = "Pty Language Age/Gender VoiceName File Other\\n 5 de --/M German gmw/de\\n";
    await writeFile(program, `#!/bin/sh\nif [ "$1" = --voices ]; then printf '${table}'; exit 0; fi\n${script}\n`);
    await chmod(program, 0o755);
    return createSpeech({ engines: ["espeak-ng"], espeakProgram: program, cacheFolder: undefined, log: silentLogger });
  }
  const german = speechOf("Guten Tag.", { voiceId: "Hans" });

  for (const [what, script, message] of [
    ["ends with an error", "echo 'no data' >&2; exit 3", /ended with 3: no data/],
    ["writes nothing", "cat >/dev/null", /something else than a WAV file/],
    ["writes something else", "cat >/dev/null; yes | head -c 100000", /something else than a WAV file/],
    ["writes without end, and has another write", "cat /dev/zero & cat /dev/zero", /made over \d+ bytes/],
    ["reads nothing", "exec <&-; exit 1", /ended with 1/],
  ] as const) {
    it(`that ${what} fails the text, not the server`, async () => {
      const speech = await open(script);
      await assert.rejects(speech.synthesize(german), { code: "SPEECH_FAILED", message });
      await speech.close();
    });
  }

  it("that hangs is ended with the server", async () => {
    const pidFile = join(folder, "pid");
    const speech = await open(`sleep 600 & echo $! > ${pidFile}; sleep 600`);
    const failed = assert.rejects(speech.synthesize(german), { code: "SPEECH_FAILED" });
    let pid = 0;
    while (!(pid > 0)) pid = Number(await readFile(pidFile, "utf8").catch(() => "0"));
    await speech.close();
    await failed;
    let isThere = true;
    while (isThere) {
      const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone");
      isThere = state !== "gone" && !/\) Z /.test(state);
    }
  });

  it("has nothing of the server's environment, and the text by its input alone", async () => {
    const seen = join(folder, "seen");
    process.env["OFFHOOK_TEST_SECRET"] = "secret";
    const speech = await open(`{ env; echo "$@"; cat; } > ${seen}; exit 1`);
    await assert.rejects(speech.synthesize(german));
    await speech.close();
    delete process.env["OFFHOOK_TEST_SECRET"];

    const written = await readFile(seen, "utf8");
    assert.doesNotMatch(written, /secret/);
    assert.match(written, /\n-v de\+m3 -s 160 -p 50 -b 1 --stdin --stdout\nGuten Tag\.\n$/);
  });

  it("that is espeak-ng leaves nothing in the home of its user, and no folder for what is temporary", async () => {
    const homes = join(folder, "homes");
    const [home, temporary] = [join(homes, "home"), join(homes, "tmp")];
    await Promise.all([home, temporary].map((one) => mkdir(one, { recursive: true })));
    // The real one: it opens an audio system though it writes to its output.
    const speech = await open(`HOME=${home} TMPDIR=${temporary} exec espeak-ng "$@"`);
    await speech.synthesize(german);
    await speech.close();

    assert.deepEqual((await readdir(homes, { recursive: true })).sort(), ["home", "tmp"]);
  });

  it("that is not there speaks no language, and the error says what to install", async () => {
    const speech = await createSpeech({
      ...{ engines: ["flite", "espeak-ng"], espeakProgram: join(folder, "nothing"), cacheFolder: undefined },
      log: silentLogger,
    });
    await assert.rejects(speech.synthesize(german), { code: "SPEECH_NO_ENGINE", message: /install .*espeak-ng/ });
    await speech.close();
  });
});

const judged = "a real scene judges words by the sound of the engine that speaks them";
test(judged, () =>
  onTime(judged, async () => {
    const words = [
      { Text: "Guten Morgen und willkommen im Haus.", LanguageCode: "de-DE", VoiceId: "Vicki" },
      { Text: "And good morning in English.", LanguageCode: "en-US", VoiceId: "Joanna" },
    ].map((Parameters) => ({ Type: "Speak", Parameters }));
    const call = await dial(
      async ({ InvocationEventType: type }: { readonly InvocationEventType: string }) => {
        return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? words : [] };
      },
      { real: true },
    );
    try {
      await assert.rejects(call.hears("Guten Abend", { toTheEnd: true }), {
        found: `it heard "${words[0]?.Parameters.Text}"`,
      });
      await call.hears("in English", { toTheEnd: true });
    } finally {
      await call.close();
    }
  }),
);
