import { randomBytes } from "node:crypto";
import { AppError, systemClock } from "../kernel/index.ts";
import { createCertificate, type DtlsCertificate } from "./dtls/certificate.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";
import type { IceNames } from "../sdp/index.ts";
import type { BrowserRemote, BrowserTransport, MixerRate } from "./types.ts";

/** Our end of the way to a browser. */
interface OwnEnd {
  readonly address: string;
  readonly port: number;
  readonly browserAddress: string;
  readonly playbackRateHz: MixerRate;
}

/** Opens the way to a browser in a worker, which then waits for it: our name and password in its checks, our certificate, and where it finds us. Rejects
 * with `MEDIA_BIND_FAILED` and `MEDIA_NO_DESCRIPTORS`. */
export async function openTransport(
  worker: WorkerHandle,
  session: number,
  { address, port, browserAddress, playbackRateHz }: OwnEnd,
  remote: BrowserRemote | undefined,
): Promise<BrowserTransport> {
  const certificate = processCertificate();
  const { iceUfrag, icePassword } = createIceNames();
  const link = {
    ...{ ufrag: iceUfrag, password: icePassword, remoteUfrag: remote?.iceUfrag },
    remoteFingerprint: remote?.fingerprint,
  };
  const reply = await worker.ask((request) => ({
    type: "open-browser",
    ...{ request, session, address, port, certificate, link },
  }));
  if (reply.type === "open-failed") {
    const where = port === 0 ? address : `${address}:${port}`;
    throw new AppError("MEDIA_BIND_FAILED", `no UDP socket for browsers on ${where}: ${reply.why}`, {
      details: { address, port },
    });
  }
  if (reply.type !== "browser-opened")
    throw new AppError("MEDIA_WORKER_FAILED", "the media worker answered something else");
  const { fingerprint } = certificate;
  const { port: boundPort, ssrc } = reply;
  return { iceUfrag, icePassword, fingerprint, address: browserAddress, port: boundPort, ssrc, playbackRateHz };
}

/** Names that nobody guesses. */
export function createIceNames(): IceNames {
  return { iceUfrag: randomText(UFRAG_BYTES), icePassword: randomText(PASSWORD_BYTES) };
}

/** 72 and 144 random bits; 24 and 128 are asked for. RFC 8445 §5.3 */
const UFRAG_BYTES = 9;
const PASSWORD_BYTES = 18;

/** In the characters of RFC 8839 §5.4: base64 has the same, and these lengths need no padding. */
function randomText(bytes: number): string {
  return randomBytes(bytes).toString("base64");
}

const made: DtlsCertificate[] = [];

/** Made once: a browser knows it by the fingerprint of our answer only. */
function processCertificate(): DtlsCertificate {
  const [certificate = createCertificate(systemClock.now())] = made;
  if (made.length === 0) made.push(certificate);
  return certificate;
}
