import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A key that the server takes. */
export const pollyKey = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

/** One request as it came. */
export interface PollyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** Region and service that it is signed for; undefined: the signature is wrong. */
  readonly signedFor: string | undefined;
}

/** What the server does with a request. */
export type PollyAnswer = (response: ServerResponse, request: PollyRequest) => void;

/** Audio as the service sends it: in pieces of these lengths, the last of which goes on to the end. */
export function audio(bytes: Uint8Array, ...lengths: number[]): PollyAnswer {
  return (response, { body }) => {
    begin(response, body);
    let at = 0;
    for (const length of lengths) response.write(bytes.subarray(at, (at += length)));
    response.end(bytes.subarray(at));
  };
}

/** The head of an answer with audio. */
export function begin(response: ServerResponse, { Text }: PollyRequest["body"]): void {
  response.writeHead(200, { "content-type": "audio/pcm", "x-amzn-requestcharacters": `${String(Text).length}` });
}

/** An error of the service's model. */
export function failure(status: number, type: string, message = `it is ${type}`): PollyAnswer {
  return (response) =>
    void response
      .writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type })
      .end(JSON.stringify({ message }));
}

/** A server with the wire format of SynthesizeSpeech of Amazon Polly, REST and JSON, that checks signatures (Signature Version 4). */
export async function openPollyServer(answer: PollyAnswer) {
  const asked: PollyRequest[] = [];
  const waiting = new Set<() => void>();
  const state = { answer };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      const { method = "", url = "", headers } = request;
      const signedFor = whatIsSigned(method, url, headers, bytes);
      const one = {
        method,
        path: url,
        headers,
        body: JSON.parse(bytes.toString("utf8")) as PollyRequest["body"],
        signedFor,
      };
      asked.push(one);
      for (const look of waiting) look();
      if (method !== "POST" || url !== "/v1/speech") return failure(404, "UnknownOperationException")(response, one);
      if (signedFor === undefined) return failure(403, "InvalidSignatureException")(response, one);
      return state.answer(response, one);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** What it does from now on. */
    will(next: PollyAnswer): void {
      state.answer = next;
    },
    /** Resolves when so many requests have come in all. */
    async until(count: number): Promise<void> {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (asked.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Works the signature out by the rules of Signature Version 4, with node:crypto alone. */
function whatIsSigned(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
): string | undefined {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([\w-]+)\/(\w+)\/aws4_request), SignedHeaders=([\w;-]+), Signature=(\w{64})$/.exec(
      headers.authorization ?? "",
    );
  if (parts === null) return undefined;
  const [, keyId, scope = "", region = "", service = "", signed = "", signature] = parts;
  const named = signed.split(";");
  if (keyId !== pollyKey.accessKeyId || !["host", "x-amz-date"].every((name) => named.includes(name))) return undefined;
  const lines = named.map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`).join("");
  const canonical = [method, path, "", lines, signed, sha256(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, sha256(canonical)].join("\n");
  const steps = [scope.slice(0, 8), region, service, "aws4_request", toSign];
  const key = steps.reduce<Uint8Array | string>(
    (secret, step) => hmac(secret, step),
    `AWS4${pollyKey.secretAccessKey}`,
  );
  return Buffer.from(key as Uint8Array).toString("hex") === signature ? `${region}/${service}` : undefined;
}

function hmac(key: Uint8Array | string, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: Uint8Array | string): string {
  return createHash("sha256").update(text).digest("hex");
}
