import type { AdminSource } from "../admin/index.ts";
import { readDescriptors, type Admission } from "../control/index.ts";
import type { Media } from "../media/index.ts";
import type { Config } from "./config/config.ts";
import type { Server } from "./server.ts";

/** What capacity is read from. */
export interface CapacityParts {
  readonly config: Pick<Config, "limits">;
  readonly admission: Pick<Admission, "whyClosed">;
  readonly media: Pick<Media, "load">;
  readonly server: () => Pick<Server, "ledger" | "trunks">;
}

/** What a node carries now, what it can carry, and the reason of each limit. */
export function describeCapacity({
  config,
  admission,
  media,
  server,
}: CapacityParts): ReturnType<AdminSource["capacity"]> {
  const { calls } = server().ledger();
  const closed = admission.whyClosed("call");
  const { share, lateMs } = media.load();
  const descriptors = readDescriptors();
  const isFor = (cause: string) => closed?.cause === cause;
  const { maxCalls } = config.limits;
  return {
    ...{ calls, maxCalls },
    ...(closed === undefined ? {} : { whyNoCalls: closed.why }),
    limits: [
      {
        ...{ name: "calls", words: "Calls at one time (limits.maxCalls).", now: calls, most: maxCalls },
        isFull: isFor("calls-full"),
      },
      {
        ...{
          name: "media",
          words: "Processor time of the busiest media worker: above one processor, packets are late.",
        },
        ...{ now: Math.round(share * 100), most: 100, unit: "%", isFull: isFor("overloaded") },
      },
      {
        ...{ name: "lateness", words: "How late packets leave at the worst; calls are refused before it is heard." },
        ...{ now: Math.round(lateMs * 10) / 10, unit: "ms", isFull: isFor("overloaded") },
      },
      ...(descriptors.limit === undefined
        ? []
        : [
            {
              ...{ name: "descriptors", words: "Open files and sockets of the process (ulimit -n).", unit: "" },
              ...{ now: descriptors.open(), most: descriptors.limit, isFull: isFor("no-descriptors") },
            },
          ]),
      ...server()
        .trunks()
        .flatMap(({ name, calls: now, maxCalls: most }) =>
          most === undefined
            ? []
            : [
                {
                  name: `trunk ${name}`,
                  words: "Calls over this trunk (trunk.maxCalls).",
                  now,
                  most,
                  isFull: now >= most,
                },
              ],
        ),
    ],
  };
}
