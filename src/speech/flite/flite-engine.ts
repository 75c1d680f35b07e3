import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError, nearestWord, systemClock, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import type { Pcm } from "../../media/index.ts";
import { createPartList } from "../ssml/part-list.ts";
import type { SpeechPart } from "../ssml/part.ts";
import { parseSsml } from "../ssml/parse-ssml.ts";
import type { SpeechRequest, TtsEngine } from "../types.ts";
import { pollyLanguages, pollyVoices, type PollyVoice } from "../voices.ts";
import type { FlitePart } from "./flite-speaker.ts";
import type { FliteJob, FliteReply } from "./flite-worker.ts";
import { fliteVoiceFor } from "./flite-voices.ts";

interface Waiting {
  readonly job: FliteJob;
  readonly resolve: (pcm: Pcm) => void;
  readonly reject: (error: AppError) => void;
}

interface Member {
  readonly worker: Worker;
  running: Waiting | undefined;
  timer: Timer | undefined;
}

const mostWorkers = 2;
/** Texts that may wait; more would be heard too late anyway. */
const mostWaiting = 200;
/** A thousand characters take about a second. */
const jobLimitMs = 20_000;

/** Changes whenever the same request would sound different, so that caches do not keep the old sound. */
export const fliteEngineName = "flite-2.3-1";

/** Flite, a small English synthesizer, in at most two worker threads that start on demand. Voices and languages of Polly
 * that it lacks are spoken by its nearest voice, with one warning each in the log. */
export function createFliteEngine(log: Logger, clock: Clock = systemClock): TtsEngine {
  const members = new Set<Member>();
  const queue: Waiting[] = [];
  const warned = new Set<string>();
  let nextId = 1;
  let isClosed = false;

  const start = (): Member => {
    const worker = new Worker(new URL(`./flite-worker${extname(import.meta.url)}`, import.meta.url));
    const member: Member = { worker, running: undefined, timer: undefined };
    worker.unref();
    worker.on("message", (reply: FliteReply) => finish(member, reply));
    worker.on("error", (error) => drop(member, `the speech thread failed: ${error.message}`));
    worker.on("exit", () => drop(member, "the speech thread ended"));
    members.add(member);
    return member;
  };

  const drop = (member: Member, why: string): void => {
    if (!members.delete(member)) return;
    member.timer?.cancel();
    void member.worker.terminate();
    member.running?.reject(new AppError("SPEECH_FAILED", why, { retry: "later" }));
    serve();
  };

  const finish = (member: Member, reply: FliteReply): void => {
    const waiting = member.running;
    member.running = undefined;
    member.timer?.cancel();
    if (waiting?.job.id === reply.id) {
      if ("samples" in reply) waiting.resolve({ samples: reply.samples });
      else waiting.reject(new AppError("SPEECH_FAILED", reply.error));
    }
    serve();
  };

  const serve = (): void => {
    while (queue.length > 0 && !isClosed) {
      const idle = [...members].find((member) => member.running === undefined);
      if (idle === undefined && members.size >= mostWorkers) return;
      const member = idle ?? start();
      const waiting = queue.shift();
      if (waiting === undefined) return;
      member.running = waiting;
      member.timer = clock.startTimer(jobLimitMs, () => drop(member, `speaking took over ${jobLimitMs} ms`));
      member.worker.ref();
      member.worker.postMessage(waiting.job);
    }
    for (const member of members) if (member.running === undefined) member.worker.unref();
  };

  return {
    name: fliteEngineName,
    async synthesize(request) {
      const parts = toFliteParts(request, (what) => {
        if (warned.has(what)) return;
        warned.add(what);
        log.warn({ engine: fliteEngineName }, `${what}, which Flite does not speak; English sounds are used`);
      });
      if (parts.length === 0) return { samples: new Int16Array(new SharedArrayBuffer(0)) };
      if (isClosed) throw new AppError("SPEECH_FAILED", "the speech engine is closed");
      if (queue.length >= mostWaiting) {
        throw new AppError("SPEECH_THROTTLED", `${queue.length} texts wait to be spoken`, { retry: "later" });
      }
      return new Promise((resolve, reject) => {
        queue.push({ job: { id: nextId++, parts }, resolve, reject });
        serve();
      });
    },
    async close() {
      isClosed = true;
      for (const waiting of queue.splice(0)) waiting.reject(new AppError("SPEECH_FAILED", "the speech engine closed"));
      const ending = [...members].map((member) => member.worker.terminate());
      for (const member of members) drop(member, "the speech engine closed");
      await Promise.all(ending);
    },
  };
}

/** Checks voice and language, understands the markup and gives each piece its Flite voice.
 * @throws AppError SPEECH_BAD_SSML, SPEECH_UNKNOWN_VOICE, SPEECH_UNSUPPORTED_LANGUAGE */
export function toFliteParts(request: SpeechRequest, foreign: (what: string) => void): FlitePart[] {
  const { languageCode } = request;
  const voice = findVoice(request.voiceId);
  if (languageCode !== undefined && !pollyLanguages.has(languageCode)) {
    const nearest = nearestWord(languageCode, [...pollyLanguages]);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    throw new AppError("SPEECH_UNSUPPORTED_LANGUAGE", `"${languageCode}" is not a language code of Polly${hint}`);
  }
  if (languageCode !== undefined && !languageCode.startsWith("en-")) foreign(`A text is in ${languageCode}`);
  else if (!voice.language.startsWith("en-")) foreign(`The voice ${voice.id} speaks ${voice.language}`);
  return understand(request).map((part) => {
    if (part.type === "pause") return part;
    const { voiceId, ...words } = part;
    return { ...words, voice: fliteVoiceFor(voiceId === undefined ? voice : findVoice(voiceId)) };
  });
}

function understand({ text, textType }: SpeechRequest): SpeechPart[] {
  if (textType === "ssml") return parseSsml(text);
  const parts = createPartList();
  parts.words(text, parts.plain);
  return parts.finish();
}

function findVoice(voiceId: string): PollyVoice {
  const voice = pollyVoices.get(voiceId);
  if (voice !== undefined) return voice;
  const nearest = nearestWord(voiceId, [...pollyVoices.keys()]);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  throw new AppError("SPEECH_UNKNOWN_VOICE", `Polly has no voice "${voiceId}"${hint}`);
}
