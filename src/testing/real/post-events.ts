import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import type { InvocationResult } from "../../invoke/index.ts";

/** Asks the function under test; "lost": its answer does not arrive. */
export type Ask = (event: unknown) => Promise<InvocationResult | "lost">;

/** The function behind a URL on loopback, as servers reach functions of other programs. */
export interface PostedFunction {
  readonly url: string;
  close(): void;
}

/** Opens it. A function that fails answers with 500. */
export async function postEvents(ask: Ask): Promise<PostedFunction> {
  const server = createServer((request, response) => {
    void readAll(request)
      .then((body) => ask(JSON.parse(body)))
      .then((result) => {
        if (result === "lost") return response.destroy();
        if (result.type === "failed") return response.writeHead(500).end(result.message);
        return response.writeHead(200, { "content-type": "application/json" }).end(result.payload);
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
