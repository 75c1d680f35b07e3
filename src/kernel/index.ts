/** What several rooms need: time, also that of processors, the size of young memory, circuits, ids, errors, log, the nearest word, copies of texts, limits of what is kept for each source, bytes of addresses, countries of numbers, DER, Kaiser's window. Imports nothing of ours. */
export { addressBytes } from "./address-bytes.ts";
export { atMost } from "./at-most.ts";
export { isAuthorityUnknown } from "./authority-unknown.ts";
export {
  closedCircuit,
  reportCircuit,
  stepCircuit,
  type CircuitEffect,
  type CircuitInput,
  type CircuitReport,
  type CircuitRules,
  type CircuitState,
} from "./circuit-machine.ts";
export { systemClock, type Clock, type Timer } from "./clock.ts";
export { createCauseLog, type CauseEntry, type CauseLog } from "./cause-log.ts";
export { countryOf, isTollFree } from "./country.ts";
export { der } from "./der.ts";
export { Histogram, type HistogramCounts } from "./histogram.ts";
export { idFromName, nameOfDialog } from "./id-from-name.ts";
export { newId, newLegId, newTransactionId, type LegId, type TransactionId } from "./ids.ts";
export { AppError, errorCode, errorMessage } from "./errors.ts";
export { SourceQuota, SourceTotals, sourceOf, type SourceLimits } from "./source-quota.ts";
export { createLogger, openProcessLog, openStandardOutput, silentLogger, type Logger, type LogLevel } from "./log.ts";
export { kaiserWindow } from "./kaiser-window.ts";
export { nearestWord } from "./nearest.ts";
export { ownModule } from "./own-module.ts";
export { ownText } from "./own-text.ts";
export { packageRoot } from "./package-root.ts";
export { portPairsOf } from "./port-pairs.ts";
export { startPriority } from "./start-priority.ts";
export { makeSdkClient } from "./make-sdk-client.ts";
export { mainThreadMs, thisThreadId, thisThreadMs } from "./thread-time.ts";
export { visible } from "./visible.ts";
export { whyUnreadable } from "./why-unreadable.ts";
export { weightedOrder } from "./weighted-order.ts";
export { keepYoungMemorySmall, holdYoungMemory } from "./young-memory.ts";
