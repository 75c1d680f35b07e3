import { createTextThreads } from "../engine/index.ts";
import { createInvoker } from "../invoke/index.ts";
import { createMedia } from "../media/index.ts";
import { createSpeech } from "../speech/index.ts";

/** How a server makes the rooms whose work goes on in workers and processes. */
export interface RoomMakers {
  readonly createInvoker: typeof createInvoker;
  readonly createMedia: typeof createMedia;
  readonly createSpeech: typeof createSpeech;
  readonly makeTextThreads: typeof createTextThreads;
}

/** The server's own. */
export const roomMakers: RoomMakers = { createInvoker, createMedia, createSpeech, makeTextThreads: createTextThreads };
