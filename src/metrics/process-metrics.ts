import { readdirSync } from "node:fs";
import { monitorEventLoopDelay, performance, type IntervalHistogram } from "node:perf_hooks";
import { single, type Metric } from "./metric.ts";

/** How often it is looked how late the event loop is, milliseconds. */
const resolution = 20;
const nanosPerSecond = 1e9;

/** Makes the metrics of the process; how late its event loop is, is watched from now on. */
export function createProcessMetrics(): () => readonly Metric[] {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const lateness = latenessOf(delay);
    delay.reset();
    return [...lateness, ...usage(utilization), ...descriptors()];
  };
}

/** Of the time since the scrape before. The watch itself waits for its resolution. */
function latenessOf(delay: IntervalHistogram): readonly Metric[] {
  const seconds = (nanos: number) =>
    Number.isFinite(nanos) && nanos > 0 ? Math.max(0, nanos / nanosPerSecond - resolution / 1_000) : 0;
  const since = "How late the event loop of the main thread was since the scrape before,";
  return [
    single("gauge", "offhook_event_loop_delay_p50_seconds", `${since} median.`, seconds(delay.percentile(50))),
    single("gauge", "offhook_event_loop_delay_p99_seconds", `${since} 99th percentile.`, seconds(delay.percentile(99))),
    single("gauge", "offhook_event_loop_delay_max_seconds", `${since} worst.`, seconds(delay.max)),
  ];
}

function usage(utilization: number): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const startedAt = performance.timeOrigin / 1_000;
  return [
    single(
      "gauge",
      "offhook_event_loop_utilization_ratio",
      "Share of the time since the scrape before that the event loop was busy.",
      utilization,
    ),
    single(
      "counter",
      "process_cpu_seconds_total",
      "Processor time of all threads, user and system.",
      (user + system) / 1e6,
    ),
    single("gauge", "process_resident_memory_bytes", "Resident memory.", rss),
    single("gauge", "process_start_time_seconds", "Start of the process, since the epoch.", startedAt),
    single("gauge", "nodejs_heap_used_bytes", "Heap of the main thread that is used.", heapUsed),
    single("gauge", "nodejs_heap_size_bytes", "Heap of the main thread.", heapTotal),
    single("gauge", "nodejs_external_memory_bytes", "Memory outside of the heap, shared memory included.", external),
  ];
}

function descriptors(): readonly Metric[] {
  try {
    return [single("gauge", "process_open_fds", "Open file descriptors.", readdirSync("/proc/self/fd").length)];
  } catch {
    return []; // No such folder on this system.
  }
}
