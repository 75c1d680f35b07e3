import { createSocket } from "node:dgram";
import { once } from "node:events";
import { request as requestPlainly } from "node:http";
import { request as requestByTls } from "node:https";
import { createServer } from "node:net";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import type { Config } from "../config/types.ts";
import { whyNoPort } from "../name-port-setting.ts";
import type { SetupFinding } from "./finding.ts";

/** A port that the server listens at. */
interface Port {
  readonly where: string;
  readonly isDatagram: boolean;
  readonly host: string;
  readonly port: number;
}

const answerMs = 2_000;

/** Ports that the server would listen at and that it could not have. While a server answers at the port of the API they are its own, and none is told of. */
export async function checkPorts(config: Config): Promise<readonly SetupFinding[]> {
  const ports = portsOf(config).filter(({ port }) => port !== 0);
  const findings: PortFinding[] = [];
  for (const port of ports) findings.push(...(await checkPort(port)));
  const areOwn = findings.some(({ isTaken }) => isTaken) && (await isServed(config));
  return findings.flatMap(({ isTaken, ...finding }) => (isTaken && areOwn ? [] : [finding]));
}

function portsOf({ sip, api, media }: Config): readonly Port[] {
  const host = media.address ?? sip.listeners[0]?.host ?? "0.0.0.0";
  return [
    ...sip.listeners.map((listener) => ({
      ...{ where: "sip.listen", host: listener.host, port: listener.port },
      isDatagram: listener.transport === "udp",
    })),
    { where: "api.listen", isDatagram: false, host: api.address, port: api.port },
    ...(media.browserPort === 0
      ? []
      : [{ where: "media.webrtcPort", isDatagram: true, host, port: media.browserPort }]),
  ];
}

type PortFinding = SetupFinding & { readonly isTaken: boolean };

async function checkPort({ where, isDatagram, host, port }: Port): Promise<readonly PortFinding[]> {
  try {
    await (isDatagram ? bindDatagrams(host, port) : listen(host, port));
    return [];
  } catch (error) {
    const why = whyNoPort(errorCode(error)) ?? errorMessage(error);
    const isTaken = errorCode(error) === "EADDRINUSE";
    // Beside a server that still has the api.listen of before nobody is found at the new one.
    const own = isTaken && where !== "api.listen" ? ", or this one with another api.listen" : "";
    const what = `${host} port ${port} (${isDatagram ? "UDP" : "TCP"}): ${why}${own}`;
    return [{ severity: "error", where, what, isTaken }];
  }
}

async function bindDatagrams(host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind(port, host);
    await once(socket, "listening");
  } finally {
    socket.close();
  }
}

async function listen(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } finally {
    server.close();
  }
}

/** Whether a server of ours is up at the port of the API. */
function isServed({ api }: Config): Promise<boolean> {
  const request = api.tls === undefined ? requestPlainly : requestByTls;
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[api.address] ?? api.address;
  return new Promise((resolve) => {
    const options = { host, port: api.port, path: "/healthz", timeout: answerMs, rejectUnauthorized: false };
    const asked = request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200 && response.headers["x-amzn-requestid"] !== undefined);
    });
    asked.on("timeout", () => asked.destroy()).on("error", () => resolve(false));
    asked.end();
  });
}
