import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";
import { dominantFrequencyHz, openTestPhone, pcmFromSamples, tone, type PhoneCall } from "../../src/testing/index.ts";
import { ask } from "../interop/ask.ts";
import { freePort } from "../interop/ports.ts";
import { startProgram, type Program } from "../interop/program.ts";
import { ownNumber, type WireAction } from "../interop/kit.ts";

const server = join(packageRoot(), "dist", "src", "cli", "main.js");

/** A server in a process of its own, with a folder for its files. */
interface TestBed {
  readonly folder: string;
  readonly port: number;
  /** Starts it until it is ready. `mostFileKb`: a file that it writes cannot be larger. */
  start(mostFileKb?: number): Promise<Program>;
  /** Resolves once `look` gives something. */
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T>;
}

async function withTestBed(actions: readonly WireAction[], body: (bed: TestBed) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-crash-"));
  const port = await freePort();
  const programs: Program[] = [];
  const written = {
    sip: { listen: [`udp://127.0.0.1:${port}`] },
    api: { listen: "http://127.0.0.1:0" },
    media: { ports: "0-0", workers: 1 },
    // The longest that a server which is told to end waits for its calls.
    drainSeconds: 1,
    numbers: [ownNumber],
    functions: { f: "./f.mjs" },
    applications: [{ name: "a", function: "f" }],
    rules: [{ name: "in", number: ownNumber, applications: ["a"] }],
  };
  const code = `import { appendFileSync } from "node:fs";
  export const handler = async (event) => {
    appendFileSync("${join(folder, "events.txt")}", event.CallDetails.TransactionId + " " + event.InvocationEventType + "\\n");
    console.log("EVENT " + event.InvocationEventType + " " + JSON.stringify(event.ActionData));
    const Actions = event.InvocationEventType === "NEW_INBOUND_CALL" ? ${JSON.stringify(actions)} : [];
    return { SchemaVersion: "1.0", Actions };
  };`;
  await writeFile(join(folder, "offhook.yaml"), JSON.stringify(written));
  await writeFile(join(folder, "f.mjs"), code);

  const until: TestBed["until"] = async (what, look) => {
    for (const end = performance.now() + 60_000; performance.now() < end;) {
      const found = await ask(look);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error(`not within 60 s: ${what}\n${programs.map((program) => program.output()).join("\n")}`);
  };
  const start = async (mostFileKb?: number) => {
    // The shell counts files in blocks of 512 bytes.
    const limit = mostFileKb === undefined ? "" : `ulimit -f ${mostFileKb * 2} && `;
    const command = `${limit}exec "${process.execPath}" "${server}" serve`;
    const program = startProgram("sh", ["-c", command], { folder, onChange: () => undefined });
    programs.push(program);
    await until("the server is ready", () => (program.output().includes('"ready"') ? true : undefined));
    return program;
  };
  try {
    await body({ folder, port, start, until });
  } finally {
    for (const program of programs) await program.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function withCall(port: number, body: (call: PhoneCall) => Promise<void>): Promise<void> {
  const phone = await openTestPhone();
  try {
    const call = phone.dial(`sip:${ownNumber}@127.0.0.1:${port}`);
    await call.answered;
    await body(call);
  } finally {
    await phone.close();
  }
}

/** The one object of the bucket "rec", once its form and checksum were compared with its metadata. */
async function readOnlyObject({ folder, until }: TestBed) {
  const bucket = join(folder, "objects", "rec");
  const path = await until("the object", async () => {
    const names = await readdir(bucket, { recursive: true }).catch(() => []);
    const name = names.find((each) => each.endsWith(".wav"));
    return name === undefined ? undefined : join(bucket, name);
  });
  const bytes = await readFile(path);
  const sidecar = path.replace(/[^/]*$/, (name) => `.${name}.metadata.json`);
  const metadata = JSON.parse(await readFile(sidecar, "utf8")) as Readonly<Record<string, string>>;
  const samples = (bytes.length - 44) / 2;
  assert.equal(bytes.readUInt32LE(40), bytes.length - 44);
  assert.equal(metadata["recording-samples"], String(samples));
  assert.equal(metadata["recording-sha256"], createHash("sha256").update(bytes).digest("hex"));
  const pcm = pcmFromSamples(Int16Array.from({ length: samples }, (_, index) => bytes.readInt16LE(44 + 2 * index)));
  return { metadata, samples, pcm };
}

const left = ({ folder }: TestBed) => readdir(join(folder, ".offhook", "recordings"));

// Contract: records-recording-kept, records-incomplete-recordings
test("a server that is killed while it records leaves a file that the next start completes and delivers", async () => {
  const record = {
    Type: "StartCallRecording",
    Parameters: { Track: "INCOMING", Destination: { Type: "S3", Location: "rec" } },
  };
  const wait = { Type: "Pause", Parameters: { DurationInMilliseconds: "30000" } };
  const answer = { Type: "SendDigits", Parameters: { Digits: "1" } };
  await withTestBed([answer, record, wait], async (bed) => {
    const first = await bed.start();
    await withCall(bed.port, async (call) => {
      void call.play(tone(500, 20_000, -12)).catch(() => undefined);
      await bed.until("some seconds are on the disk", async () => {
        const names = await left(bed).catch(() => []);
        const part = names.find((name) => name.endsWith(".wav.part"));
        const bytes = part && (await readFile(join(bed.folder, ".offhook", "recordings", part)));
        return bytes && bytes.length > 40_000 ? true : undefined;
      });
      await first.end("SIGKILL");
    });
    assert.deepEqual((await left(bed)).map((name) => name.replace(/^[^.]*/, "")).sort(), [
      ".wav.delivery.json",
      ".wav.part",
    ]);

    const second = await bed.start();
    const { metadata, samples, pcm } = await readOnlyObject(bed);

    assert.ok(samples > 19_000, `${samples} samples`);
    assert.equal(dominantFrequencyHz(pcm, 500, 1_500), 500);
    assert.equal(metadata["recording-incomplete"], "the server ended before the recording did");
    assert.equal(metadata["recording-duration"], String(Math.round(samples / 8_000)));
    assert.match(metadata["call-id"] ?? "", /^[0-9a-f-]{36}$/);
    await bed.until("the note is gone", async () => ((await left(bed)).length === 0 ? true : undefined));
    await second.end("SIGTERM");
  });
});

// Contract: records-incomplete-recordings
test("a disk that is full during RecordAudio fails the action; what was recorded is delivered, and says that it is incomplete", async () => {
  const record = {
    Type: "RecordAudio",
    Parameters: { DurationInSeconds: "6", RecordingDestination: { Type: "S3", BucketName: "rec" } },
  };
  await withTestBed([record], async (bed) => {
    // The database is made by a start without a limit.
    const unlimited = await bed.start();
    await unlimited.end("SIGTERM");
    const limited = await bed.start(64);
    await withCall(bed.port, async (call) => {
      void call.play(tone(500, 8_000, -12)).catch(() => undefined);
      await bed.until("the failure", () => (limited.output().includes("EVENT ACTION_FAILED") ? true : undefined));
      assert.match(limited.output(), /SystemException.*System error while running action/);
      assert.match(limited.output(), /EFBIG/);
      call.hangUp();
      await call.ended;
    });
    const { metadata, samples, pcm } = await readOnlyObject(bed);

    assert.equal(samples, (64 * 1_024 - 44) / 2);
    assert.equal(dominantFrequencyHz(pcm, 500, 3_500), 500);
    assert.match(metadata["recording-incomplete"] ?? "", /^it broke off: .*EFBIG/);
    await bed.until("the note is gone", async () => ((await left(bed)).length === 0 ? true : undefined));
    await limited.end("SIGTERM");
  });
});

// Contract: records-delivery-retries
test("a recording that the store refuses is delivered by the next start, once the store takes it", async () => {
  const record = {
    Type: "RecordAudio",
    Parameters: { DurationInSeconds: "1", RecordingDestination: { Type: "S3", BucketName: "rec" } },
  };
  await withTestBed([record], async (bed) => {
    const bucket = join(bed.folder, "objects", "rec");
    // The path of the bucket is taken by a file.
    await mkdir(join(bed.folder, "objects"));
    await writeFile(bucket, "");
    const first = await bed.start();
    await withCall(bed.port, async (call) => {
      await call.play(tone(500, 1_000, -12));
      await bed.until("the failure", () => (first.output().includes("EVENT ACTION_FAILED") ? true : undefined));
      const failed = first.output().replaceAll('\\"', "'");
      assert.match(failed, /'ErrorType':'InvalidActionParameter'/);
      assert.match(failed, /'ErrorMessage':'Error occurred while uploading recording to S3 bucket\.'/);
      assert.match(failed, /'Error':'NoAccessToDestination: Error while accessing destination'/);
      call.hangUp();
      await call.ended;
    });
    await first.end("SIGTERM");
    assert.equal((await left(bed)).length, 2);

    await rm(bucket);
    const second = await bed.start();
    const { metadata, samples } = await readOnlyObject(bed);

    assert.equal(samples, 8_000);
    assert.equal(metadata["recording-incomplete"], undefined);
    await second.end("SIGTERM");
  });
});

test("a server that is stopped while it records ends each recording, stores it and tells its function before HANGUP", async () => {
  const record = {
    Type: "RecordAudio",
    Parameters: { DurationInSeconds: "60", RecordingDestination: { Type: "S3", BucketName: "rec" } },
  };
  const background = {
    Type: "StartCallRecording",
    Parameters: { Track: "BOTH", Destination: { Type: "S3", Location: "rec" } },
  };
  const answer = { Type: "SendDigits", Parameters: { Digits: "1" } };
  const callsAtOnce = 7;
  await withTestBed([answer, background, record], async (bed) => {
    const server = await bed.start();
    const phone = await openTestPhone();
    try {
      const calls = Array.from({ length: callsAtOnce }, () => phone.dial(`sip:${ownNumber}@127.0.0.1:${bed.port}`));
      await Promise.all(calls.map(({ answered }) => answered));
      for (const call of calls) void call.play(tone(500, 20_000, -12)).catch(() => undefined);
      await bed.until("each has sound on the disk", async () => {
        const parts = (await left(bed).catch(() => [])).filter((name) => name.endsWith(".wav.part"));
        const sizes = await Promise.all(
          parts.map(async (name) => (await stat(join(bed.folder, ".offhook", "recordings", name))).size),
        );
        return sizes.filter((size) => size > 8_000).length === 2 * callsAtOnce ? true : undefined;
      });
      await server.end("SIGTERM");
      await Promise.all(calls.map(({ ended }) => ended));
    } finally {
      await phone.close();
    }

    const events = (await readFile(join(bed.folder, "events.txt"), "utf8")).trim().split("\n");
    const calls = new Set(events.map((line) => line.split(" ")[0] ?? ""));
    assert.deepEqual(
      [...calls].map((call) => events.filter((line) => line.startsWith(call)).map((line) => line.split(" ")[1])),
      Array(callsAtOnce).fill(["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]),
    );
    const stored = await readdir(join(bed.folder, "objects", "rec"), { recursive: true });
    assert.equal(stored.filter((name) => name.endsWith(".wav")).length, 2 * callsAtOnce);
    assert.deepEqual(await left(bed), []);
  });
});
