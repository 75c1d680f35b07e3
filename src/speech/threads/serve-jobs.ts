import { getPriority, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { errorMessage, startPriority } from "../../kernel/index.ts";
import type { Sound } from "../../media/index.ts";
import type { SpokenPart } from "./spoken-part.ts";

/** What a thread is started with. */
export interface SpeechThreadSetting<Voice> {
  /** How much lower than what the process was started with its priority is, in steps of nice(1). */
  readonly stepsBelow: number;
  /** What it speaks for nobody before it is ready, which makes V8 compile the code that most texts run: half of the time of the first words. */
  readonly practice: readonly SpokenPart<Voice>[];
  /** The program that it speaks by, if it is not its own voice. */
  readonly program: string | undefined;
}

/** From the main thread. */
export interface SpeechJob<Voice> {
  readonly id: number;
  readonly parts: readonly SpokenPart<Voice>[];
}

/** What the main thread says: "end" ends the thread and the process that it has started. */
export type SpeechOrder<Voice> = SpeechJob<Voice> | "end";

/** To the main thread. */
export type SpeechReply =
  | { readonly type: "ready" }
  /** A process that the thread has started, so that it is ended with the thread; undefined: it is over. */
  | { readonly type: "process"; readonly processId: number | undefined }
  | { readonly type: "made"; readonly id: number; readonly sound: Sound }
  | { readonly type: "failed"; readonly id: number; readonly error: string };

/** What speaks in a thread. */
export type Speaker<Voice> = (parts: readonly SpokenPart<Voice>[]) => Sound | Promise<Sound>;

const lowest = 19;

/** The life of a thread that speaks: gets ready, then does one job at a time, as the main thread sends them. */
export async function serveJobs<Voice>(
  open: (setting: SpeechThreadSetting<Voice>) => Speaker<Voice> | Promise<Speaker<Voice>>,
): Promise<void> {
  const setting = workerData as SpeechThreadSetting<Voice>;
  lowerPriority(setting.stepsBelow);
  const speak = await open(setting);
  await speak(setting.practice);
  // Listened to only now: a thread that cannot get ready ends with the reason.
  parentPort?.on("message", (order: SpeechOrder<Voice>) => {
    if (order === "end") process.exit();
    void perform(speak, order).then(tellMain);
  });
  tellMain({ type: "ready" });
}

/** Says something to the main thread. */
export function tellMain(reply: SpeechReply): void {
  parentPort?.postMessage(reply);
}

async function perform<Voice>(speak: Speaker<Voice>, { id, parts }: SpeechJob<Voice>): Promise<SpeechReply> {
  try {
    return { type: "made", id, sound: await speak(parts) };
  } catch (error) {
    return { type: "failed", id, error: errorMessage(error) };
  }
}

/** Synthesis may wait a few milliseconds, audio may not. Only on Linux, where each thread has a priority of its own. */
function lowerPriority(steps: number): void {
  if (process.platform !== "linux") return;
  try {
    const wanted = Math.min(lowest, startPriority() + steps);
    if (getPriority() < wanted) setPriority(wanted);
  } catch {
    return;
  }
}
