import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { phoneCommand } from "../../src/cli/phone/phone.ts";
import type { PhoneTerminal } from "../../src/cli/phone/terminal.ts";
import {
  createMedia,
  dominantFrequencyHz,
  encodeWav,
  measureSpeech,
  openTestPhone,
  tone,
} from "../../src/testing/index.ts";
import { silentLogger, systemClock } from "../../src/kernel/index.ts";
import { createUserAgent, SipAccount } from "../../src/sip/index.ts";

/** A terminal that keeps what is printed and types what a test wants. */
interface FakeTerminal extends PhoneTerminal {
  readonly lines: string[];
  /** Resolves with the first line that fits, or with a later one. */
  seen(pattern: RegExp, count?: number): Promise<RegExpExecArray>;
  type(keys: string): void;
  exitCode(): number | undefined;
  /** The program is over: whoever still waits for a line fails. */
  close(): void;
  stop(): void;
}

function createFakeTerminal(): FakeTerminal {
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let onKey: (key: string) => void = () => undefined;
  let isOver = false;
  let exitCode: number | undefined;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  return {
    lines,
    isInteractive: true,
    print: (line) => {
      lines.push(line.replace(/^ *\d+\.\d{3} {2}/, ""));
      for (const watch of watchers) watch();
    },
    listen: (handler) => {
      onKey = handler;
      return () => (onKey = () => undefined);
    },
    stopped: () => stopped,
    stop: () => stop(),
    setExitCode: (code) => (exitCode = code),
    exitCode: () => exitCode,
    close: () => {
      isOver = true;
      for (const watch of watchers) watch();
    },
    type: (keys) => [...keys].forEach((key) => onKey(key)),
    seen: (pattern, count = 1) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const found = lines.map((line) => pattern.exec(line)).filter((match) => match !== null)[count - 1];
          if (found === undefined && !isOver) return;
          watchers.delete(watch);
          if (found === undefined) reject(new Error(`no line fits ${pattern}:\n${lines.join("\n")}`));
          else resolve(found);
        };
        watchers.add(watch);
        watch();
      }),
  };
}

/** Runs `offhook phone` with these words; `exitCode` resolves when it is over. */
function offhookPhone(...words: readonly string[]): { terminal: FakeTerminal; exitCode: Promise<unknown> } {
  return offhookPhoneIn(tmpdir(), ...words);
}

/** The same in a folder, which may have an offhook.yaml. */
function offhookPhoneIn(folder: string, ...words: readonly string[]): ReturnType<typeof offhookPhone> {
  const terminal = createFakeTerminal();
  const errors: string[] = [];
  const command = phoneCommand(() => terminal, folder)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void errors.push(text), writeOut: () => undefined });
  const run = async (): Promise<unknown> => {
    try {
      await command.parseAsync([...words], { from: "user" });
      return terminal.exitCode();
    } catch (error) {
      throw errors.length > 0 ? new Error(errors.join("")) : error;
    } finally {
      terminal.close();
    }
  };
  return { terminal, exitCode: run() };
}

/** A server where 1001 may register, by its password. */
function openRegistrar() {
  const account = new SipAccount({ name: "1001", numbers: [], password: "hunter2", mayRegister: true });
  return createUserAgent({
    listeners: [{ transport: "udp", host: "127.0.0.1", port: 0 }],
    ...{ userAgent: "Test", clock: systemClock, log: silentLogger, onInvite: (call) => call.reject(480) },
    phones: {
      find: (user) => (user === "1001" ? [account] : []),
      ...{ algorithms: ["SHA-256"], expiry: { shortestS: 60, longestS: 3_600 } },
    },
  }).then((agent) => ({ ...agent, address: agent.listeners[0]! }));
}

/** A phone on the command line that waits for calls, and its URI. */
async function waitingPhone(...words: readonly string[]): Promise<ReturnType<typeof offhookPhone> & { uri: string }> {
  const run = offhookPhone(...words);
  const uri = (await run.terminal.seen(/^waiting for calls at (sip:\S+)/))[1] ?? "";
  return { ...run, uri };
}

describe("offhook phone", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "offhook-phone-"))));
  after(() => rmSync(folder, { recursive: true }));

  test("holds the call at the key h, and resumes it at the next", async () => {
    const callee = await waitingPhone("--once", "--answer-after", "0");
    const caller = offhookPhone("--dial", callee.uri, "--trace");
    await caller.terminal.seen(/^answered$/);

    caller.terminal.type("h");
    await caller.terminal.seen(/^held$/);
    caller.terminal.type("h");
    await caller.terminal.seen(/^resumed$/);
    caller.terminal.type("q");

    assert.deepEqual(await Promise.all([caller.exitCode, callee.exitCode]), [0, 0]);
    assert.equal(caller.terminal.lines.filter((line) => line.startsWith("-> INVITE")).length, 3);
  });

  test("answers, plays, presses keys, records, and tells what came of the call", async () => {
    const [music, heardByCallee, heardByCaller] = ["music.wav", "callee.wav", "caller.wav"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(music, encodeWav(tone(900, 500, -10)));
    const callee = await waitingPhone("--once", "--answer-after", "0", "--record", heardByCallee, "--play", music);
    const caller = offhookPhone(
      ...["--dial", callee.uri, "--from", "+12065550100", "--header", "X-Account: 42", "--play", music],
      ...["--say-after", "300"],
      ...["--keys", "12#", "--keys-after", "700", "--hang-up-after", "5000", "--record", heardByCaller],
    );

    assert.deepEqual(await Promise.all([caller.exitCode, callee.exitCode]), [0, 0]);

    assert.ok(callee.terminal.lines.includes("call from +12065550100"));
    assert.ok(callee.terminal.lines.includes("  X-Account: 42"));
    assert.ok(callee.terminal.lines.includes("heard the keys 12#"));
    assert.match(callee.terminal.lines.join("\n"), /heard \d\.\d s, 0\.\d s of it sound at -1\d dBFS/);
    assert.match(callee.terminal.lines.join("\n"), /ended after \d\.\d s: hung up by the far end/);
    assert.ok(caller.terminal.lines.includes("ringing (180)"));
    assert.match(caller.terminal.lines.join("\n"), /answered\n[^]*pressed 12#[^]*hung up at this end/);
    const media = await createMedia({ address: "127.0.0.1", log: silentLogger });
    for (const file of [heardByCallee, heardByCaller]) {
      const heard = await media.decodeWav(readFileSync(file));
      const { startMs, endMs } = measureSpeech(heard).segments[0]!;
      assert.ok(Math.abs((dominantFrequencyHz(heard, startMs, endMs) ?? 0) - 900) <= 10);
      if (file === heardByCallee) assert.ok(startMs >= 250, `heard after ${startMs} ms, before --say-after`);
    }
    await media.close();
  });

  test("exits with 1 when its call is refused, and says why", async () => {
    const callee = await waitingPhone("--reject", "486");
    const caller = offhookPhone("--dial", callee.uri);

    assert.equal(await caller.exitCode, 1);
    assert.ok(caller.terminal.lines.includes("not answered: refused by the far end with 486"));
    callee.terminal.stop();
    assert.equal(await callee.exitCode, 1);
  });

  test("presses the keys that are typed, answers at Enter and hangs up at q", async () => {
    const callee = await waitingPhone("--no-answer", "--once");
    const caller = offhookPhone("--dial", callee.uri);
    await caller.terminal.seen(/^ringing/);
    callee.terminal.type("\r");
    await caller.terminal.seen(/^answered/);

    caller.terminal.type("7#");
    await callee.terminal.seen(/^heard key #/);
    callee.terminal.type("q");

    assert.deepEqual(await Promise.all([caller.exitCode, callee.exitCode]), [0, 0]);
    assert.ok(callee.terminal.lines.includes("heard the keys 7#"));
  });

  test("calls a phone on IPv6 without being told where to listen", async () => {
    const callee = await openTestPhone({ listen: { transport: "udp", host: "::1", port: 0 } });
    const uri = `sip:1@[::1]:${callee.address.port}`;

    for (const words of [
      ["--dial", uri],
      ["--dial", "1", "--server", `[::1]:${callee.address.port}`],
    ]) {
      const caller = offhookPhone(...words, "--hang-up-after", "50");
      assert.equal(await caller.exitCode, 0, caller.terminal.lines.join("\n"));
    }
    await callee.close();
  });

  test("speaks a text", async () => {
    const listener = await openTestPhone({ onCall: (call) => void call.ended.then((report) => reports.push(report)) });
    const reports: { heard: Parameters<typeof measureSpeech>[0] }[] = [];
    const caller = offhookPhone(
      "--dial",
      `sip:1@127.0.0.1:${listener.address.port}`,
      "--say",
      "Hello there, how are you?",
    );
    await caller.terminal.seen(/^played all/);
    caller.terminal.type("q");
    assert.equal(await caller.exitCode, 0);
    await listener.close();

    assert.ok(measureSpeech(reports[0]!.heard).speechMs > 500);
  });

  test("goes on waiting after a call without --once, and ends at q when there is no call", async () => {
    const callee = await waitingPhone("--answer-after", "0");
    for (let count = 0; count < 2; count++) {
      const caller = offhookPhone("--dial", callee.uri, "--hang-up-after", "100");
      assert.equal(await caller.exitCode, 0);
    }
    await callee.terminal.seen(/^ended after/, 2);
    callee.terminal.type("q");

    assert.equal(await callee.exitCode, 0);
    assert.equal(callee.terminal.lines.filter((line) => line === "answered").length, 2);
  });

  test("calls the first number of the offhook.yaml of its folder, at its port, from a number of its own", async () => {
    const callers: string[] = [];
    const server = await openTestPhone({ onCall: (call) => void callers.push(call.remoteUser) });
    const place = mkdtempSync(join(folder, "place-"));
    const numbers = ["+12065550100", "+12065550199"];
    writeFileSync(join(place, "app.mjs"), "export const handler = async () => ({});");
    const written = {
      sip: { listen: ["tcp://127.0.0.1:1", `udp://0.0.0.0:${server.address.port}`] },
      ...{ numbers, functions: { app: "./app.mjs" }, applications: [{ name: "app", function: "app" }] },
      rules: [{ name: "in", number: numbers[0], applications: ["app"] }],
    };
    writeFileSync(join(place, "offhook.yaml"), JSON.stringify(written));

    const caller = offhookPhoneIn(place, "--hang-up-after", "50");

    assert.equal(await caller.exitCode, 0);
    assert.deepEqual(callers, ["+12065550198"]);
    assert.ok(caller.terminal.lines.includes(`calling sip:+12065550100@127.0.0.1:${server.address.port}`));
    for (const words of [["--wait"], ["--once"], ["--no-answer"], ["--listen", "udp://127.0.0.1"]]) {
      const waiting = offhookPhoneIn(place, ...words);
      await waiting.terminal.seen(/^waiting for calls at/);
      waiting.terminal.type("q");
      await waiting.exitCode;
    }
    await server.close();
  });

  test("registers and calls at a server, or as the phone of the offhook.yaml of its folder, with its password", async () => {
    const server = await openRegistrar();
    const { port } = server.address;
    const words = ["--register", "--from", "1001", "--server", `127.0.0.1:${port}`];
    const told = offhookPhone(...words, "--password", "hunter2");
    await told.terminal.seen(/^registered at 127\.0\.0\.1:\d+ as 1001 for 600 s$/);
    await told.terminal.seen(/^waiting for calls at sip:1001@127\.0\.0\.1:/);
    told.terminal.type("q");
    await told.exitCode;
    const wrong = offhookPhone(...words, "--password", "guess");
    await wrong.terminal.seen(/^not registered at 127\.0\.0\.1:\d+ as 1001: .*401.*; tried again in \d+ s$/);
    wrong.terminal.type("q");
    await wrong.exitCode;

    // One that only calls proves whose its call is, too; this server takes no call.
    const call = ["--dial", "+12065550100", "--server", `127.0.0.1:${port}`, "--from", "1001", "--password"];
    for (const [password, why] of [
      ["hunter2", /^not answered: .*480/],
      ["guess", /^not answered: .*401, which asks for a password/],
    ] as const) {
      const caller = offhookPhone(...call, password);
      await caller.terminal.seen(why);
      assert.equal(await caller.exitCode, 1);
    }

    const place = mkdtempSync(join(folder, "place-"));
    const phones = [{ name: "1001", password: "hunter2", numbers: ["+12065550111"] }];
    const written = { sip: { listen: [`udp://127.0.0.1:${port}`] }, phones };
    writeFileSync(join(place, "offhook.yaml"), JSON.stringify(written));
    const found = offhookPhoneIn(place, "--register");
    await found.terminal.seen(/^registered at .* as 1001 /);
    found.terminal.type("q");
    await found.exitCode;
    assert.equal(server.registrations(), 0);
    await server.close();
  });

  test("names --server when nobody is there", async () => {
    const gone = await openTestPhone();
    await gone.close();

    const caller = offhookPhone("--dial", "+12065550100", "--server", `127.0.0.1:${gone.address.port}`);

    assert.equal(await caller.exitCode, 1);
    assert.match(
      caller.terminal.lines.join("\n"),
      /could not be reached[^]*is a server at 127\.0\.0\.1:\d+\? .*--server <host:port>/,
    );
  });

  test("refuses options that make no sense, with a sentence on what would", async () => {
    const cases: readonly (readonly [words: readonly string[], message: RegExp])[] = [
      [["--listen", "here"], /udp:\/\/127\.0\.0\.1:5070/],
      [["--reject", "200"], /400 to 699/],
      [["--keys", "12x"], /0-9 \* # A-D/],
      [["--keys-after", "-1"], /milliseconds/],
      [["--dial", "1", "--header", "no colon"], /X-Account: 42/],
      [["--header", "X-A: 1"], /add --dial/],
      [["--reject", "486", "--answer-after", "1"], /contradict/],
      [["--no-answer", "--dial", "1"], /calls that come in/],
      [["--dial", "not a number"], /telephone number or a SIP URI/],
      [["--dial", "1", "--server", "a b"], /host or host:port/],
      [["--dial", "1", "--play", join(folder, "absent.wav")], /absent\.wav cannot be read/],
      [["--register"], /needs --from/],
      [["--register", "--from", "a b"], /name of the phone/],
      [["--register", "--from", "1001", "--server", "a b"], /host or host:port/],
      [["--dail", "1"], /unknown option '--dail'/],
    ];
    for (const [words, message] of cases) await assert.rejects(offhookPhone(...words).exitCode, message);
  });
});
