import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createSpeech, type PollySettings, type SpeechNews, type SpeechOptions } from "../../src/speech/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { speechOf } from "../../src/testing/internal/speak-with.ts";
import { audio, begin, failure, openPollyServer, pollyKey, type PollyAnswer } from "./polly-server.ts";

/** A tone of 440 Hz, 16 bit little endian. */
function tone(durationMs: number, rateHz: number): Buffer {
  const count = (durationMs * rateHz) / 1_000;
  const samples = Array.from({ length: count }, (_, at) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * 440 * at) / rateHz)),
  );
  const bytes = Buffer.alloc(2 * count);
  for (const [at, sample] of samples.entries()) bytes.writeInt16LE(sample, 2 * at);
  return bytes;
}

function bytesOf({ samples }: { readonly samples: Int16Array }): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

const second = tone(1_000, 8_000);
/** So that a text is made anew. */
let texts = 0;
const aText = () => `Please hold the line, number ${++texts}.`;

describe("speech by Amazon Polly", () => {
  let polly: Awaited<ReturnType<typeof openPollyServer>>;
  before(async () => void (polly = await openPollyServer(audio(second))));
  after(() => polly.close());

  async function open(changes: Partial<PollySettings> = {}, options: Partial<SpeechOptions> = {}) {
    polly.asked.length = 0;
    const settings: PollySettings = {
      ...{ region: "eu-central-1", endpoint: polly.endpoint, credentials: pollyKey, profile: undefined },
      ...{ sampleRateHz: 8_000, timeoutMs: 20_000, ...changes },
    };
    const news: SpeechNews[] = [];
    const speech = await createSpeech({
      ...{ engines: ["polly"], polly: settings, cacheFolder: undefined, clock: systemClock, log: silentLogger },
      ...options,
    });
    const say = async (text = aText()) => {
      const begun = await speech.begin(speechOf(text), (one) => news.push(one));
      return (await begun.growth?.whole) ?? begun;
    };
    return { speech, news, say };
  }

  it("is asked for with what the action says, signed", async () => {
    polly.will(audio(second));
    const { speech } = await open();
    const ssml = `<speak>Für <prosody rate="900%">Sie &amp; uns</prosody><amazon:effect name="whispered">—</amazon:effect></speak>`;
    for (const [changes, members] of [
      [{}, {}],
      [{ engine: "neural", voiceId: "Vicki", languageCode: "de-DE" }, { LanguageCode: "de-DE" }],
      [{ engine: "long-form" }, {}],
      [{ engine: "generative" }, {}],
      [{ textType: "ssml", text: ssml }, {}],
    ] as const) {
      const request = { ...speechOf(aText()), ...changes };
      assert.ok(bytesOf(await speech.synthesize(request)).equals(second));
      const { method, path, body, headers, signedFor } = polly.asked.at(-1) ?? {};
      assert.deepEqual([method, path, signedFor], ["POST", "/v1/speech", "eu-central-1/polly"]);
      assert.equal(headers?.["content-type"], "application/json");
      assert.deepEqual(body, {
        ...{ Engine: request.engine, OutputFormat: "pcm", SampleRate: "8000", Text: request.text },
        ...{ TextType: request.textType, VoiceId: request.voiceId, ...members },
      });
    }
    await speech.close();
  });

  it("is heard before the last of it has come", async () => {
    let goOn: () => void = () => undefined;
    polly.will((response, { body }) => {
      begin(response, body);
      response.write(second.subarray(0, 4_001));
      goOn = () => response.end(second.subarray(4_001));
    });
    const { speech } = await open();

    const first = await speech.begin(speechOf(aText()));
    assert.equal(first.growth?.state[0], 2_000);
    goOn();
    const whole = await first.growth?.whole;
    assert.ok(bytesOf(whole ?? first).equals(second));
    await speech.close();
  });

  for (const lengths of [[1, 1, 1, 1], [3, 3_201, 7], [16_000 - 1], [0]]) {
    it(`is the same whatever pieces it comes in: ${lengths.join(", ")}`, async () => {
      polly.will(audio(second, ...lengths));
      const { speech, say } = await open();
      assert.ok(bytesOf(await say()).equals(second));
      await speech.close();
    });
  }

  it("of 16,000 Hz is turned into 8,000", async () => {
    polly.will(audio(tone(1_000, 16_000), 5_001, 4_000));
    const { speech, say } = await open({ sampleRateHz: 16_000 });
    const { samples } = await say();

    assert.equal(polly.asked[0]?.body["SampleRate"], "16000");
    const expected = new Int16Array(second.buffer, second.byteOffset, 8_000);
    assert.equal(samples.length, expected.length);
    for (let at = 200; at < 7_800; at++) assert.ok(Math.abs((samples[at] ?? 0) - (expected[at] ?? 0)) < 100, `${at}`);
    await speech.close();
  });

  it("is asked for once for each text, voice, language, kind and engine, and again for another rate", async () => {
    polly.will(audio(second));
    const { speech } = await open();
    const text = "<speak>Hello.</speak>";
    for (const changes of [
      {},
      { voiceId: "Amy" },
      { languageCode: "en-GB" },
      { textType: "ssml" },
      { engine: "neural" },
    ] as const) {
      for (let time = 0; time < 2; time++) await speech.synthesize({ ...speechOf(text), ...changes });
    }
    assert.equal(polly.asked.length, 5);
    await speech.close();
  });

  for (const [what, answer, code, message] of [
    [
      "is throttled",
      failure(400, "ThrottlingException", "Rate exceeded"),
      "SPEECH_THROTTLED",
      /ThrottlingException: Rate exceeded/,
    ],
    ["has no more quota", failure(402, "ServiceQuotaExceededException"), "SPEECH_THROTTLED", /Quota/],
    ["is throttled by 429", failure(429, "TooManyRequestsException"), "SPEECH_THROTTLED", /takes no more requests/],
    [
      "may not",
      failure(403, "AccessDeniedException", "no polly:SynthesizeSpeech"),
      "SPEECH_ACCESS_DENIED",
      /no polly:Synth/,
    ],
    ["has an old token", failure(403, "ExpiredTokenException"), "SPEECH_ACCESS_DENIED", /ExpiredToken/],
    [
      "has the wrong engine",
      failure(400, "EngineNotSupportedException", "This voice does not support it"),
      "SPEECH_REFUSED",
      /This voice/,
    ],
    ["has bad SSML", failure(400, "InvalidSsmlException", "Invalid SSML request"), "SPEECH_REFUSED", /Invalid SSML/],
    ["is too long", failure(400, "TextLengthExceededException"), "SPEECH_REFUSED", /TextLength/],
    ["has no such language", failure(400, "LanguageNotSupportedException"), "SPEECH_REFUSED", /Language/],
    ["meets an error", failure(500, "ServiceFailureException"), "SPEECH_UNAVAILABLE", /answered 500/],
    ["meets another server", failure(404, "NoSuchThing"), "SPEECH_UNAVAILABLE", /answered 404/],
    [
      "gets a page",
      (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>Hi"),
      "SPEECH_UNAVAILABLE",
      /text\/html/,
    ],
    [
      "gets a page as an error",
      (response) => void response.writeHead(503, { "content-type": "text/html" }).end("<p>"),
      "SPEECH_UNAVAILABLE",
      /./,
    ],
    ["gets nothing", audio(Buffer.alloc(0)), "SPEECH_UNAVAILABLE", /made nothing/],
    ["ends within a sample", audio(Buffer.alloc(4_001)), "SPEECH_UNAVAILABLE", /within a sample/],
    ["is cut off at once", (response) => void response.socket?.destroy(), "SPEECH_UNAVAILABLE", /cannot be reached/],
  ] as readonly [string, PollyAnswer, string, RegExp][]) {
    it(`that ${what} is ${code}`, async () => {
      polly.will(answer);
      const { speech, say } = await open();
      await assert.rejects(say(), { code, message });
      await speech.close();
    });
  }

  it("with a wrong secret is access denied, and nobody is told the secret", async () => {
    const { speech, say } = await open({ credentials: { ...pollyKey, secretAccessKey: "another" } });
    await assert.rejects(say(), (error: Error & { code?: string }) => {
      assert.equal(error.code, "SPEECH_ACCESS_DENIED");
      assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /another/);
      return true;
    });
    await speech.close();
  });

  it("leaves the settings as they are, which a reload compares", async () => {
    polly.will(audio(second));
    const credentials = { ...pollyKey };
    const { speech, say } = await open({ credentials });
    await say();
    assert.deepEqual(credentials, pollyKey);
    await speech.close();
  });

  it("goes to a server without TLS with credentials that AWS does not take, unless there are others", async () => {
    const { speech, say } = await open({ credentials: undefined });
    await assert.rejects(say(), { code: "SPEECH_ACCESS_DENIED" });
    assert.match(polly.asked[0]?.headers.authorization ?? "", /Credential=offhook\//);
    await speech.close();
  });

  it("has four texts under way that nobody waits for, and those that somebody does besides", async () => {
    const held: (() => void)[] = [];
    polly.will((response, request) => void held.push(() => audio(second)(response, request)));
    const { speech } = await open();
    const prepared = Array.from({ length: 8 }, aText);
    for (const text of prepared) speech.prepare(speechOf(text));
    await polly.until(4);
    const asked = speech.synthesize(speechOf(prepared[7] ?? ""));
    await polly.until(5);

    assert.deepEqual(
      polly.asked.map(({ body }) => body["Text"]),
      [...prepared.slice(0, 4), prepared[7]],
    );
    polly.will(audio(second));
    for (const answer of held) answer();
    await asked;
    await polly.until(8);
    await speech.close();
  });

  it("is given up when the server closes", async () => {
    polly.will(() => undefined);
    const { speech, say } = await open();
    const failed = assert.rejects(say(), { code: "SPEECH_UNAVAILABLE" });
    await polly.until(1);
    await speech.close();
    await failed;
    await assert.rejects(say(), { code: "SPEECH_FAILED" });
  });
});

describe("where Amazon Polly is away, Flite speaks the same text", () => {
  let polly: Awaited<ReturnType<typeof openPollyServer>>;
  let flite: Awaited<ReturnType<typeof createSpeech>>;
  const clock = createManualClock();
  const sentence = "Please hold the line.";
  let ofFlite: Buffer = Buffer.alloc(0);
  before(async () => {
    polly = await openPollyServer(audio(second));
    flite = await createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
    ofFlite = bytesOf(await flite.synthesize(speechOf(sentence)));
  });
  after(() => Promise.all([polly.close(), flite.close()]));

  async function open(endpoint = polly.endpoint) {
    polly.asked.length = 0;
    const settings: PollySettings = {
      ...{ region: "us-east-1", endpoint, credentials: pollyKey, profile: undefined },
      ...{ sampleRateHz: 8_000, timeoutMs: 2_000 },
    };
    const news: SpeechNews[] = [];
    const lines: string[] = [];
    const log = { ...silentLogger, warn: (_facts: object, message: string) => void lines.push(message) };
    const speech = await createSpeech({
      ...{ engines: ["polly", "flite"], polly: settings, cacheFolder: undefined, clock, log },
    });
    const say = async (text = sentence) => {
      const begun = await speech.begin(speechOf(text), (one) => news.push(one));
      return bytesOf((await begun.growth?.whole) ?? begun);
    };
    return { speech, news, lines, say };
  }

  it("when it cannot be reached; then it is left alone", async () => {
    const { speech, news, lines, say } = await open("http://127.0.0.1:9");
    assert.ok((await say()).equals(ofFlite));
    await say("One more.");
    await say("And another one.");

    assert.deepEqual(
      news.map(({ engine, isStandIn }) => [engine, isStandIn]),
      [
        ["flite", true],
        ["flite", true],
        ["flite", true],
      ],
    );
    assert.match(news[0]?.why ?? "", /^Amazon Polly cannot be reached: .*ECONNREFUSED/);
    assert.match(news[2]?.why ?? "", /^polly: it was not asked after 2 failures/);
    assert.equal(lines.length, 2);
    await speech.close();
  });

  it("when it has no room, each time once, and its own speech is kept only when it spoke", async () => {
    const { speech, news, say } = await open();
    polly.will(failure(400, "ThrottlingException"));
    assert.ok((await say()).equals(ofFlite));
    assert.equal(news.length, 1);
    polly.will(audio(second));
    assert.ok((await say()).equals(second));
    assert.equal(news.length, 1);
    await speech.close();
  });

  it("when it is slow, as soon as its time is over", async () => {
    const { speech, news, say } = await open();
    polly.will(() => undefined);
    const said = say();
    await polly.until(1);
    clock.advance(2_000);

    assert.ok((await said).equals(ofFlite));
    assert.match(news[0]?.why ?? "", /gave no sound for 2000 ms/);
    await speech.close();
  });

  for (const [how, stop] of [
    ["breaks off", (response) => void response.socket?.destroy()],
    ["stalls", () => undefined],
  ] as readonly [string, PollyAnswer][]) {
    it(`when it ${how} after half of it: what was heard, then all of it`, async () => {
      const { speech, news, say } = await open();
      polly.will((response, request) => {
        begin(response, request.body);
        response.write(second.subarray(0, 8_000));
        ended = () => stop(response, request);
      });
      let ended: () => void = () => undefined;
      const first = await speech.begin(speechOf(sentence), (one) => news.push(one));
      assert.equal(first.growth?.state[0], 4_000);
      ended();
      if (how === "stalls") clock.advance(2_000);
      const whole = bytesOf((await first.growth?.whole) ?? first);

      assert.ok(whole.subarray(0, 8_000).equals(second.subarray(0, 8_000)));
      assert.ok(whole.subarray(-ofFlite.length).equals(ofFlite));
      assert.equal(whole.length, 8_000 + 2 * 3_200 + ofFlite.length);
      assert.equal(news.length, 1);
      polly.will(audio(second));
      assert.ok((await say()).equals(second));
      await speech.close();
    });
  }

  it("when it does not end: not for ever", async () => {
    const { speech, news, say } = await open();
    polly.will((response, { body }) => {
      begin(response, body);
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(1024 ** 2, 1), more));
      more();
    });
    const said = await say();

    assert.match(news[0]?.why ?? "", /does not end/);
    assert.ok(said.subarray(-ofFlite.length).equals(ofFlite));
    assert.ok(said.length < 2 * 8_000 * 660);
    await speech.close();
  });

  it("but not when it refuses the text, as the original does", async () => {
    const { speech, news, say } = await open();
    polly.will(failure(400, "EngineNotSupportedException"));
    await assert.rejects(say(), { code: "SPEECH_REFUSED" });
    assert.deepEqual(news, []);
    await speech.close();
  });
});
