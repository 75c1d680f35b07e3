/** What a server shows of itself, and how it is drained: `/offhook/v1` on the port of the API, behind the same keys. */
export { createAdmin, type AdminOptions } from "./create-admin.ts";
export { adminPermissions } from "./permissions.ts";
export type { Authoring, OutputLine } from "./authoring.ts";
export { createCallFeed, type CallFeed } from "./feed/call-feed.ts";
export type { AdminSource, CallSound } from "./source.ts";
export type { SoundFile } from "./sound/wave-file.ts";
