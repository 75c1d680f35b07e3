import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Exchange } from "../../api/index.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import type { WaveFile } from "./wave-file.ts";

/** What is read at one time. */
const pieceBytes = 262_144;

/** Sends a file as it is now, or the range of it that is asked for. RFC 9110 §14 */
export async function sendSound({ request, response }: Exchange, { read, sizeBytes }: WaveFile): Promise<void> {
  const range = readRange(request.headers.range, sizeBytes);
  if (range === "beyond") {
    response.setHeader("content-range", `bytes */${sizeBytes}`);
    throw refuseAdmin("API_RANGE_BEYOND", `The file has ${sizeBytes} bytes now, and the range begins behind them.`);
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  response.statusCode = range === undefined ? 200 : 206;
  if (range !== undefined) response.setHeader("content-range", `bytes ${start}-${end}/${sizeBytes}`);
  response.setHeader("content-type", "audio/wav").setHeader("content-length", end - start + 1);
  response.setHeader("accept-ranges", "bytes").setHeader("cache-control", "no-store");
  if (request.method === "HEAD") return void response.end();
  // A browser that has heard enough hangs up, which is no fault; one that is slow has one piece in memory.
  await pipeline(Readable.from(piecesOf(read, start, end), { highWaterMark: 1 }), response).catch(() => undefined);
}

async function* piecesOf(read: WaveFile["read"], start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at <= end; at += pieceBytes) {
    const piece = await read(at, Math.min(pieceBytes, end + 1 - at));
    if (piece.length === 0) return;
    yield piece;
  }
}

/** One range of bytes; what cannot be understood counts as none, and several do too. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | "beyond" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "" && Number(last) === 0) return "beyond";
  if (first === "") return { start: Math.max(0, size - Number(last)), end: size - 1 };
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return "beyond";
  return { start: Number(first), end: last === "" ? size - 1 : Math.min(size - 1, Number(last)) };
}
