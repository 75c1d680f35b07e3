/** What strangers and broken phones send to the ports of a session. */
export interface HostilePackets {
  /** A datagram of any kind. */
  next(): Uint8Array;
}

/** What the sender knows of the stream that it imitates; undefined: it guesses. */
export interface Imitated {
  readonly ssrc: () => number | undefined;
  readonly sequence: () => number | undefined;
}

/** Payload types that sessions have a use for: both laws, comfort noise, telephone-events; and some that they have not. */
const payloadTypes = [0, 8, 13, 101, 9, 18, 96, 127];
/** Far below zero in both laws, where honest far ends of tests never are. */
export const hostileCode = 0x05;

/** Makes a source of datagrams that are wrong in all ways that we know of, and in ways that we do not.
 * @param random gives 0 to below 1 */
export function createHostilePackets(random: () => number, imitated?: Imitated): HostilePackets {
  const below = (limit: number) => Math.floor(random() * limit);
  const bytesOf = (length: number) => Uint8Array.from({ length }, () => below(256));
  const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;

  const header = (packet: Uint8Array): Uint8Array => {
    const view = new DataView(packet.buffer);
    // Version 2 mostly; padding, extension and contributing sources at times.
    packet[0] = below(20) === 0 ? below(256) : 0x80 | (below(6) === 0 ? below(64) : 0);
    packet[1] = oneOf(payloadTypes) | (below(4) === 0 ? 0x80 : 0);
    const near = imitated?.sequence();
    view.setUint16(2, near === undefined || below(3) === 0 ? below(65_536) : (near + below(40) - 10) & 0xffff);
    view.setUint32(4, below(2) === 0 ? below(2 ** 32) : below(4000) * 160);
    view.setUint32(8, (below(3) === 0 ? undefined : imitated?.ssrc()) ?? oneOf([0, 1, 0xffff_ffff, below(2 ** 32)]));
    return packet;
  };
  const audio = () => header(new Uint8Array(12 + oneOf([0, 1, 80, 160, 240, 1400])).fill(hostileCode));
  const event = () => {
    const packet = header(Uint8Array.from({ length: 12 + oneOf([0, 3, 4, 5, 8]) }, () => below(256)));
    packet[1] = (packet[1] ?? 0) & 0x80 ? 0xe5 : 0x65;
    if (packet.length > 12) packet[12] = below(20);
    return packet;
  };
  const report = () => {
    const parts = Array.from({ length: 1 + below(3) }, () => reportPart());
    const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
    return below(4) === 0 ? whole.subarray(0, below(whole.length + 1)) : whole;
  };
  const reportPart = () => {
    const words = 1 + below(24);
    const part = bytesOf(4 + words * 4);
    const view = new DataView(part.buffer);
    part[0] = 0x80 | below(32);
    part[1] = oneOf([200, 201, 202, 203, 204, 205, 206, 207, 195]);
    view.setUint16(2, below(5) === 0 ? below(65_536) : words);
    const ssrc = imitated?.ssrc();
    if (ssrc !== undefined && below(2) === 0) view.setUint32(4, ssrc);
    return part;
  };

  const kinds = [audio, audio, event, report, () => bytesOf(below(200)), () => bytesOf(below(1500))];
  return { next: () => oneOf(kinds)() };
}
