import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import type { SipAddress } from "../../src/sip/index.ts";
import { createTlsCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { freePort } from "./ports.ts";
import { startProgram, type Program } from "./program.ts";

/** A Kamailio of kamailio.cfg, at the same port of UDP and TCP, and the next for TLS. */
export interface Kamailio {
  readonly port: number;
  /** In PEM; it is its own authority. */
  readonly certificate: string;
  readonly program: Program;
  address(transport: SipAddress["transport"]): SipAddress;
  close(): Promise<void>;
}

/** Whom it registers: each user with this password. */
export const kamailioAccount = { realm: "kamailio.test", password: "much-too-simple" } as const;

/** Why it speaks no TLS, which is a package of its own; undefined: it does. */
export function whyNoTls(): string | undefined {
  const folders = ["/usr/lib", ...readdirSync("/usr/lib").map((name) => join("/usr/lib", name))];
  const isThere = folders.some((folder) => existsSync(join(folder, "kamailio/modules/tls.so")));
  return isThere ? undefined : "needs the package kamailio-tls-modules";
}

/** Starts it; resolves when it answers. It takes about a second, so that the scenes of a file share one. */
export async function startKamailio(): Promise<Kamailio> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-kamailio-"));
  const port = await freePort(2);
  const { certificate, key } = createTlsCertificate("IP:127.0.0.1");
  writeFileSync(join(folder, "own.pem"), certificate);
  writeFileSync(join(folder, "own.key"), key);
  const written = readFileSync(join(packageRoot(), "test/interop/kamailio.cfg"), "utf8")
    .replaceAll("PORT", `${port}`)
    .replaceAll("SECURE", `${port + 1}`)
    .replaceAll("FOLDER", folder)
    .replaceAll("REALM", kamailioAccount.realm)
    .replaceAll("PASSWORD", kamailioAccount.password);
  const file = join(folder, "kamailio.cfg");
  writeFileSync(file, written);
  const secure = whyNoTls() === undefined ? ["-A", "WITH_TLS"] : [];
  const words = ["-f", file, "-DD", "-E", "-m", "16", "-M", "4", "-Y", folder, "-w", folder, ...secure];
  const program = startProgram("kamailio", words, { folder, onChange: () => undefined });
  const close = async () => {
    await program.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(port, program);
  } catch (error) {
    await close();
    throw error;
  }
  const address: Kamailio["address"] = (transport) => ({
    ...{ transport, host: "127.0.0.1", port: transport === "tls" ? port + 1 : port },
  });
  return { port, certificate, program, close, address };
}

/** Asks OPTIONS until there is an answer. */
async function untilItAnswers(port: number, program: Program): Promise<void> {
  const socket = createSocket("udp4");
  const ask = [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKready;rport",
    "From: <sip:a@127.0.0.1>;tag=a",
    "To: <sip:b@127.0.0.1>",
    "Call-ID: ready",
    "CSeq: 1 OPTIONS",
    "Max-Forwards: 9",
    "Content-Length: 0",
    "\r\n",
  ].join("\r\n");
  const answered = new Promise<true>((resolve) => void socket.once("message", () => resolve(true)));
  socket.on("error", () => undefined);
  const send = () => socket.send(ask, port, "127.0.0.1");
  const again = setInterval(send, 50);
  try {
    send();
    if ((await Promise.race([answered, program.ended])) !== true)
      throw new Error(`kamailio ended: ${program.output()}`);
  } finally {
    clearInterval(again);
    socket.close();
  }
}
