import type { Server } from "./server.ts";
import type { ServerOptions } from "./start-server.ts";

/** Starts the server (`start-server.ts`). The modules are loaded at this call, because commands other than `dev` and `serve` need few of them and
 * would wait half a second for all. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const rooms = await import("./start-server.ts");
  return rooms.startServer(options);
}
