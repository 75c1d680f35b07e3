/** Whether a thread has so little time that mixers give quality for it. */
export interface Thrift {
  /** Takes what share of a processor the thread has used lately. @returns whether to be thrifty from now on */
  note(share: number): boolean;
}

/** Above half of a processor there is little time. */
const BUSY_SHARE = 0.5;
/** What is given makes meetings cost a fifth to a quarter, so that half of a processor becomes an eighth; only what is below that is less work. */
const CALM_SHARE = 0.1;

/** Makes one of a thread that has time. */
export function createThrift(): Thrift {
  let isThrifty = false;
  return { note: (share) => (isThrifty = share > (isThrifty ? CALM_SHARE : BUSY_SHARE)) };
}
