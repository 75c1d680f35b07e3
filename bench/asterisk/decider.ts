import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What decides about each call of Asterisk, as functions do about ours: a program that it asks over TCP. The path of the address is the prompt
 * that is played before the program hangs up. https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Gateway-Interface-AGI/ */
export async function startDecider(): Promise<Server & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    void decide(socket).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return Object.assign(server, { port: typeof address === "object" && address !== null ? address.port : 0 });
}

async function decide(socket: Socket): Promise<void> {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => ((await lines.next()) as { value?: string }).value ?? "";
  let prompt = "";
  // What is known of the call comes first, up to an empty line.
  for (let line = await next(); line !== ""; line = await next()) {
    const [name, value = ""] = line.split(": ");
    if (name === "agi_network_script") prompt = value;
  }
  for (const command of ["ANSWER", `STREAM FILE /${prompt} ""`, "HANGUP"]) {
    socket.write(`${command}\n`);
    await next();
  }
  socket.end();
}
