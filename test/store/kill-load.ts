import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ChimeSDKVoiceClient,
  CreateSipMediaApplicationCallCommand,
  UpdateGlobalSettingsCommand,
} from "@aws-sdk/client-chime-sdk-voice";
import { packageRoot } from "../../src/kernel/index.ts";
import { openTestPhone } from "../../src/testing/index.ts";
import { createRandom } from "../../src/testing/internal/random.ts";
import { freePort } from "../interop/ports.ts";
import { startProgram, type Program } from "../interop/program.ts";

/** How often a server is killed, and with what. */
export interface KillOptions {
  readonly times: number;
  readonly seed: number;
  /** Where the server keeps its files. */
  readonly folder: string;
  /** `store` of its configuration. */
  readonly store?: object;
  readonly onRound?: (round: number, begun: number) => void;
}

/** What became of the calls. */
export interface KillAccount {
  readonly kills: number;
  /** Calls whose INVITE got 200, and calls that the API took with 2xx. */
  readonly answered: number;
  readonly created: number;
  /** Calls that were asked for again, since their server was killed before it answered. */
  readonly triedAgain: number;
  /** HANGUP events that the function got, and those of them that said that they may be repeated. */
  readonly hangups: number;
  readonly repeats: number;
  /** Of these, by what they are: calls without a HANGUP, legs with a second one that said nothing, numbers that were dialled twice, recordings that
   * were not delivered though a function was told that they had begun or though there is a file, processes that are left. All are to be empty. */
  readonly lost: readonly string[];
  readonly unmarked: readonly string[];
  readonly dialledTwice: readonly string[];
  readonly undelivered: readonly string[];
  readonly orphans: readonly string[];
  /** Legs that were told of and have no call detail record, and those that have several. Both are to be empty. */
  readonly unrecorded: readonly string[];
  readonly recordedTwice: readonly string[];
  /** Recordings in the bucket; of these, those that broke off with their server, and seconds of all. */
  readonly recordings: number;
  readonly brokenOff: number;
  readonly recordedSeconds: number;
}

interface ToldEvent {
  readonly type: string;
  readonly transaction: string;
  readonly from: string;
  readonly leg: string | undefined;
  readonly mayRepeat: boolean;
  /** Bucket and key of a recording that has begun. */
  readonly recording?: string;
}

const own = "+12065550100";
const applicationId = "11111111-2222-4333-8444-555555555555";
/** Between the beginnings of calls. */
const paceMs = 40;
/** How long a server lives: until it has told so many events that it did not owe from before, and a moment more, so that a busy machine sees as much as an
 * idle one. */
const livesEvents = { min: 1, max: 40 };
const mostMomentMs = 30;
/** Every second one lives until so many recordings have begun, and then so long that some have seconds, and some have ended. */
const livesRecordings = { min: 1, max: 4 };
const mostRecordingMs = 3_000;
const longestLifeMs = 20_000;
/** Calls that begin in one life: a slow machine is to come to their ends too. */
const mostOfLife = 60;
/** The lease of a server, and time to tell. */
const longestTellMs = 60_000;

/** Kills a loaded server with SIGKILL at random moments, and counts what became of its calls. */
export async function killOften(options: KillOptions): Promise<KillAccount> {
  const random = createRandom(options.seed);
  const between = (min: number, max: number) => min + random() * (max - min);
  const { folder } = options;
  const [sipPort, apiPort] = [await freePort(), await freePort()];
  const dialled = new Map<string, Set<string>>();
  const phone = await openTestPhone({
    onCall: ({ sipCallId, headers }) => {
      const to = /\+\d+/.exec(headers.find(({ name }) => name.toLowerCase() === "to")?.value ?? "")?.[0] ?? "";
      dialled.set(to, (dialled.get(to) ?? new Set()).add(sipCallId));
    },
  });
  writeServer(options, { sipPort, apiPort, trunk: `sip:127.0.0.1:${phone.address.port}` });
  const api = new ChimeSDKVoiceClient({
    ...{ region: "us-east-1", endpoint: `http://127.0.0.1:${apiPort}`, maxAttempts: 1 },
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  const answered: string[] = [];
  const created: string[] = [];
  let numbers = 0;
  const callIn = () => {
    const from = `+1415${String(5_550_000 + numbers++)}`;
    const call = phone.dial(`sip:${own}@127.0.0.1:${sipPort}`, { from });
    call.answered.then(() => answered.push(from)).catch(() => undefined);
    setTimeout(() => call.hangUp(), between(100, 6_000)).unref();
  };
  const unanswered: string[] = [];
  const create = async (ToPhoneNumber: string, attempt: number) => {
    const command = new CreateSipMediaApplicationCallCommand({
      ...{ FromPhoneNumber: own, ToPhoneNumber, SipMediaApplicationId: applicationId },
    });
    // As a client that tries a request again.
    const headers = { "amz-sdk-invocation-id": `of ${ToPhoneNumber}`, "amz-sdk-request": `attempt=${attempt}; max=9` };
    command.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, headers);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    const made = await api.send(command).catch(() => undefined);
    const id = made?.SipMediaApplicationCall?.TransactionId;
    if (id === undefined) unanswered.push(ToPhoneNumber);
    else created.push(id);
  };
  const callOut = () => create(`+1510${String(5_550_000 + numbers++)}`, 1);
  /** What was lost with a server is asked for again at the next. */
  const callAgain = () => Promise.all(unanswered.splice(0).map((to) => create(to, 2)));

  const loadUntil = async (isEnough: (events: readonly ToldEvent[]) => boolean) => {
    const pending: Promise<void>[] = [];
    const end = performance.now() + longestLifeMs;
    const before = readEvents(folder).length;
    const most = numbers + mostOfLife;
    for (; performance.now() < end && !isEnough(readEvents(folder).slice(before)); await sleep(paceMs)) {
      if (numbers === most) continue;
      if (random() < 0.5) callIn();
      else pending.push(callOut());
    }
    return pending;
  };
  let tried = 0;
  for (let round = 0; round < options.times; round++) {
    const server = await startServer(folder);
    if (round === 0) await api.send(new UpdateGlobalSettingsCommand({ VoiceConnector: { CdrBucket: "cdrs" } }));
    tried += unanswered.length;
    await callAgain();
    const isForRecordings = round % 2 === 1;
    const { min, max } = isForRecordings ? livesRecordings : livesEvents;
    const enough = between(min, max);
    const counts = ({ type, recording }: ToldEvent) => (isForRecordings ? recording !== undefined : type !== "HANGUP");
    const pending = await loadUntil((events) => events.filter(counts).length >= enough);
    await sleep(between(0, isForRecordings ? mostRecordingMs : mostMomentMs));
    await server.end("SIGKILL");
    await Promise.all(pending);
    options.onRound?.(round + 1, numbers);
  }
  const last = await startServer(folder);
  const account = () => {
    const events = readEvents(folder);
    const undelivered = [...leftRecordings(folder), ...missingRecordings(folder, events)];
    return { events, undelivered, ...countHangups(events, answered, created), ...countRecords(folder, events) };
  };
  for (const end = performance.now() + longestTellMs; performance.now() < end; await sleep(200)) {
    const { lost, unrecorded, undelivered } = account();
    if ([lost, unrecorded, undelivered].flat().length === 0) break;
  }
  await last.end("SIGTERM");
  await phone.close();
  const { lost, unmarked, unrecorded, recordedTwice, undelivered, events } = account();
  const hangups = events.filter(({ type }) => type === "HANGUP");
  return {
    kills: options.times,
    ...{ answered: answered.length, created: created.length, triedAgain: tried, hangups: hangups.length },
    repeats: hangups.filter(({ mayRepeat }) => mayRepeat).length,
    ...{ lost, unmarked, unrecorded, recordedTwice },
    dialledTwice: [...dialled].filter(([, calls]) => calls.size > 1).map(([to]) => to),
    undelivered,
    orphans: await processesOf(folder),
    ...countRecordings(folder),
  };
}

function writeServer({ folder, store }: KillOptions, ports: { sipPort: number; apiPort: number; trunk: string }): void {
  mkdirSync(join(folder, "objects", "rec"), { recursive: true });
  const written = {
    sip: { listen: [`udp://127.0.0.1:${ports.sipPort}`] },
    api: { listen: `http://127.0.0.1:${ports.apiPort}` },
    media: { ports: "0-0" },
    trunk: { address: ports.trunk },
    numbers: [own],
    functions: { f: "./f.mjs" },
    applications: [{ id: applicationId, name: "a", function: "f" }],
    rules: [{ name: "in", number: own, applications: ["a"] }],
    log: { level: "warn" },
    ...(store === undefined ? {} : { store }),
  };
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify(written));
  writeFileSync(join(folder, "f.mjs"), functionCode(join(folder, "events.jsonl")));
}

/** Pauses, calls a second party or records for up to four seconds, by the last digit of who calls or is called. */
function functionCode(eventsFile: string): string {
  return `import { appendFileSync } from "node:fs";
  const pause = (ms) => ({ Type: "Pause", Parameters: { DurationInMilliseconds: String(ms) } });
  const record = { Type: "StartCallRecording", Parameters: { Track: "BOTH", Destination: { Type: "S3", Location: "rec" } } };
  const bridge = (to) => ({ Type: "CallAndBridge", Parameters: { CallTimeoutSeconds: 20, CallerIdNumber: "${own}",
    Endpoints: [{ Uri: to, BridgeEndpointType: "PSTN" }] } });
  export const handler = async (event) => {
    const { CallDetails: { TransactionId, Participants }, InvocationEventType: type, ActionData } = event;
    const [a] = Participants;
    const other = a.Direction === "Inbound" ? a.From : a.To;
    const line = { type, transaction: TransactionId, from: a.From, leg: ActionData?.Parameters?.CallId,
      mayRepeat: event.PossiblyRepeated === true,
      recording: ActionData?.CallRecordingDestination?.Location ?? ActionData?.Parameters?.CallRecordingDestination?.Location };
    appendFileSync(${JSON.stringify(eventsFile)}, JSON.stringify(line) + "\\n");
    const last = Number(other.at(-1));
    const isFirst = type === "NEW_INBOUND_CALL" || type === "CALL_ANSWERED";
    if (type === "ACTION_SUCCESSFUL" && ActionData.Type === "StartCallRecording")
      return { SchemaVersion: "1.0", Actions: [pause((last - 6) * 1300), { Type: "Hangup" }] };
    if (type === "NEW_OUTBOUND_CALL" || !isFirst) return { SchemaVersion: "1.0", Actions: [] };
    const Actions = last < 5 ? [pause(100 + last * 200), { Type: "Hangup" }]
      : last < 7 ? [pause(50), bridge("+1720" + other.slice(5))]
      : [record];
    const speak = { Type: "Speak", Parameters: { Text: "Hello" } };
    return { SchemaVersion: "1.0", Actions: type === "NEW_INBOUND_CALL" ? [speak, ...Actions] : Actions };
  };`;
}

async function startServer(folder: string): Promise<Program> {
  const main = join(packageRoot(), "dist", "src", "cli", "main.js");
  const [command, ...words] = [process.execPath, "--enable-source-maps", main, "serve"];
  const server = startProgram(command, words, { folder, onChange: () => undefined });
  const url = new URL("/", JSON.parse(readFileSync(join(folder, "offhook.yaml"), "utf8")).api.listen as string);
  for (;;) {
    const isReady = await fetch(url).then(
      ({ status }) => status !== 503,
      () => false,
    );
    if (isReady) return server;
    if (!server.isRunning()) throw new Error(`the server did not start:\n${server.output()}`);
    await sleep(20);
  }
}

function readEvents(folder: string): readonly ToldEvent[] {
  const file = join(folder, "events.jsonl");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as ToldEvent);
}

/** Calls that have no HANGUP though they were owed one, and legs that were told of twice without a word. */
function countHangups(events: readonly ToldEvent[], answered: readonly string[], created: readonly string[]) {
  const hangups = events.filter(({ type }) => type === "HANGUP");
  const callers = new Set(hangups.map(({ from }) => from));
  const transactions = new Set(hangups.map(({ transaction }) => transaction));
  const legs = new Map<string, number>();
  for (const { leg, mayRepeat } of hangups)
    if (leg !== undefined && !mayRepeat) legs.set(leg, (legs.get(leg) ?? 0) + 1);
  return {
    lost: [
      ...answered.filter((from) => !callers.has(from)),
      ...created.filter((transaction) => !transactions.has(transaction)),
    ],
    unmarked: [...legs].filter(([, count]) => count > 1).map(([leg]) => leg),
  };
}

/** Files of recordings that are not in their bucket. */
function leftRecordings(folder: string): readonly string[] {
  const spool = join(folder, ".offhook", "recordings");
  return existsSync(spool) ? readdirSync(spool).filter((name) => name.includes(".wav")) : [];
}

const recordingsOf = (folder: string) =>
  filesOf(join(folder, "objects", "rec")).filter((path) => path.endsWith(".wav"));

/** A recording in the bucket, and whether it is what lies beside it says. */
function readRecording(path: string) {
  const beside = path.replace(/[^/]*$/, (name) => `.${name}.metadata.json`);
  const metadata = JSON.parse(readFileSync(beside, "utf8")) as Readonly<Record<string, string>>;
  const bytes = readFileSync(path);
  const samples = (bytes.length - 44) / 4;
  const isRight = bytes.readUInt32LE(40) === 4 * samples && metadata["recording-samples"] === String(samples);
  return { samples, isRight, isWhole: metadata["recording-incomplete"] === undefined };
}

/** Recordings of which a function was told that they had begun and that are not in their bucket, and those there that are not right. */
function missingRecordings(folder: string, events: readonly ToldEvent[]): readonly string[] {
  const there = recordingsOf(folder);
  const told = events.flatMap(({ recording }) => (recording === undefined ? [] : [join(folder, "objects", recording)]));
  return [...told.filter((path) => !there.includes(path)), ...there.filter((path) => !readRecording(path).isRight)];
}

function countRecordings(folder: string): Pick<KillAccount, "recordings" | "brokenOff" | "recordedSeconds"> {
  const all = recordingsOf(folder).map(readRecording);
  return {
    recordings: all.length,
    brokenOff: all.filter(({ isWhole }) => !isWhole).length,
    recordedSeconds: Math.round(all.reduce((sum, { samples }) => sum + samples, 0) / 8_000),
  };
}

function filesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Legs whose end was told, and how many objects with their record there are. */
function countRecords(folder: string, events: readonly ToldEvent[]) {
  const objects = new Map<string, number>();
  for (const path of filesOf(join(folder, "objects", "cdrs")).filter((one) => !one.endsWith(".part"))) {
    const { CallId = "" } = JSON.parse(readFileSync(path, "utf8")) as { readonly CallId?: string };
    objects.set(CallId, (objects.get(CallId) ?? 0) + 1);
  }
  const told = new Set(events.flatMap(({ type, leg }) => (type === "HANGUP" && leg !== undefined ? [leg] : [])));
  return {
    unrecorded: [...told].filter((leg) => !objects.has(leg)),
    recordedTwice: [...objects].filter(([, count]) => count > 1).map(([leg]) => leg),
  };
}

/** Processes that were started for the functions of the server and are still there a moment after it. */
async function processesOf(folder: string): Promise<readonly string[]> {
  let found: readonly string[] = [];
  for (let times = 0; times < 50; times++) {
    found = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid) && isOf(pid, folder));
    if (found.length === 0) return [];
    await sleep(100);
  }
  return found;
}

function isOf(pid: string, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").includes(folder);
  } catch {
    return false;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
