import { randomInt } from "node:crypto";
import { AppError, systemClock } from "../kernel/index.ts";
import type { BoundSocket } from "./io/packet-io.ts";
import { createPortBinder, type PortBinder } from "./io/port-binder.ts";
import { openPortPair } from "./link/port-pair.ts";
import { createPortPool, type PortPool } from "./link/port-pool.ts";
import type { RtpReply, SessionNumber } from "./worker/messages.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";

/** The pairs of ports of sessions with telephones. */
export interface SessionPorts {
  /** Opens a pair in the worker of a session. Rejects with `MEDIA_NO_PORTS`, `MEDIA_NO_DESCRIPTORS` or `MEDIA_BIND_FAILED`. */
  open(worker: WorkerHandle, session: SessionNumber, address: string): Promise<SessionPort>;
  /** The packets of this worker are batched: from now on its ports are bound in the calling thread, so that nobody waits for the worker. */
  bindFor(worker: WorkerHandle): void;
}

/** A pair that is open. */
export interface SessionPort {
  /** Of RTP; RTCP has the next. */
  readonly port: number;
  giveBack(): void;
}

type Opened = Extract<RtpReply, { readonly type: "opened" | "open-failed" }>;

const DESCRIPTOR_ERRORS = ["EMFILE", "ENFILE"];
/** Errors of the system that are about one port and not about the address. */
const PORT_ERRORS = ["EADDRINUSE", "EACCES"];

/** Once each of the others has been tried. */
function whoHasThem(pool: PortPool): string {
  const others = pool.size - pool.taken();
  return `${pool.taken()} carry legs${others === 0 ? "" : `, and other programs use ${others}`}`;
}

/** Makes the ports of a room.
 * @param range both inclusive; `max` 0: any free pair will do */
export function createSessionPorts({ min, max }: { readonly min: number; readonly max: number }): SessionPorts {
  const pool = max === 0 ? undefined : createPortPool(min, max, systemClock, (limit) => randomInt(limit));
  const boundHere = new WeakSet<WorkerHandle>();
  let binder: PortBinder | undefined;
  let loading: Promise<void> | undefined;

  const openAt = (worker: WorkerHandle, session: SessionNumber, address: string, port: number): Promise<Opened> =>
    binder === undefined || !boundHere.has(worker)
      ? openThere(worker, session, address, port)
      : bindAndHandOver(binder, worker, session, { address, port });

  return {
    /** Tries the ports in turn; those that other programs use are skipped. */
    async open(worker, session, address) {
      for (let attempt = 0; attempt < (pool?.size ?? 1); attempt++) {
        const port = pool === undefined ? 0 : pool.take();
        if (port === undefined) break;
        let isOpen = false;
        try {
          const reply = await openAt(worker, session, address, port);
          isOpen = reply.type === "opened";
          if (reply.type === "opened") return { port: reply.port, giveBack: () => pool?.release(reply.port) };
          throwUnlessOfPort(reply, address);
        } finally {
          if (!isOpen) pool?.release(port);
        }
      }
      const pairs = pool === undefined ? "" : `: of ${pool.size} pairs, ${whoHasThem(pool)}; widen media.ports`;
      throw new AppError("MEDIA_NO_PORTS", `no free pair of UDP ports from ${min} to ${max}${pairs}`, {
        retry: "later",
      });
    },
    bindFor(worker) {
      boundHere.add(worker);
      // What the worker has, this thread can have too; else the worker goes on opening them.
      loading ??= createPortBinder().then(
        (made) => void (binder = made),
        () => undefined,
      );
    },
  };
}

function throwUnlessOfPort(reply: Extract<Opened, { type: "open-failed" }>, address: string): void {
  if (DESCRIPTOR_ERRORS.includes(reply.systemCode)) {
    throw new AppError("MEDIA_NO_DESCRIPTORS", `no RTP socket: ${reply.why}`, { retry: "later" });
  }
  if (!PORT_ERRORS.includes(reply.systemCode)) {
    throw new AppError("MEDIA_BIND_FAILED", `no RTP socket on ${address}: ${reply.why}`, { details: { address } });
  }
}

async function openThere(worker: WorkerHandle, session: SessionNumber, address: string, port: number): Promise<Opened> {
  const reply = await worker.ask((request) => ({ type: "open", request, session, address, port }));
  return reply as Opened;
}

/** Binds here, and hands the sockets over to the worker without waiting for it. */
async function bindAndHandOver(
  binder: PortBinder,
  worker: WorkerHandle,
  session: SessionNumber,
  at: { readonly address: string; readonly port: number },
): Promise<Opened> {
  const { address } = at;
  const close = (socket: BoundSocket) => binder.close(socket.descriptor);
  const outcome = await openPortPair({ open: (port) => binder.bind(address, port), close }, at.port);
  if (outcome.type === "failed") return { ...outcome, type: "open-failed" };
  const { rtp, rtcp } = outcome.ports;
  const { port } = rtp;
  const descriptors = [rtp.descriptor, rtcp.descriptor] as const;
  worker
    .ask((request) => ({ type: "open", request, session, address, port, descriptors }))
    .then(
      (reply) => {
        if (reply.type === "open-failed") worker.lose(session, `it could not take its ports: ${reply.why}`);
      },
      // It ended before it had them.
      () => descriptors.forEach((descriptor) => binder.close(descriptor)),
    );
  return { type: "opened", port };
}
