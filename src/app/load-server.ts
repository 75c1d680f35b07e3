import type { Server, ServerOptions } from "./start-server.ts";

/** Builds the rooms from the configuration and opens the doors (`start-server.ts`). They are loaded here and not with this room: other
 * commands than `dev` and `serve` need few of them, and would wait half a second for all. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const rooms = await import("./start-server.ts");
  return rooms.startServer(options);
}
