/** Turns timestamps of a codec's clock into ticks of the room, which are fewer: both wrap at 32 bits, so that one cannot be divided to give the
 * other. */
export interface StreamClock {
  /** @param clockTicks ticks of the codec's clock in one of the room
   * @returns signed, as it wraps */
  ticksOf(timestamp: number, clockTicks: number): number;
}

/** Makes one for one stream. Where the clocks are the same, so are the timestamps. */
export function createStreamClock(): StreamClock {
  // In an array, in which a number has no box.
  const then = new Int32Array(2);
  return {
    ticksOf(timestamp, clockTicks) {
      if (clockTicks === 1) return timestamp;
      const [timestampThen = 0, ticksThen = 0] = then;
      const passed = Math.floor(((timestamp - timestampThen) | 0) / clockTicks);
      // What is left of a tick stays for the next.
      then[0] = timestampThen + passed * clockTicks;
      then[1] = ticksThen + passed;
      return then[1];
    },
  };
}
