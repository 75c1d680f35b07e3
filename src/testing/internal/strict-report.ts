/** What a compound packet of RTCP says of itself, read by nothing of ours. */
export interface StrictReport {
  /** Of all its parts. */
  readonly ssrc: number;
  readonly sender:
    | {
        readonly ntpMs: number;
        readonly middle: number;
        readonly ticks: number;
        readonly packets: number;
        readonly octets: number;
      }
    | undefined;
  readonly blocks: readonly {
    readonly ssrc: number;
    readonly lsr: number;
    readonly dlsr: number;
    readonly jitter: number;
  }[];
  readonly cname: string;
  readonly isBye: boolean;
  /** Types of the parts behind the source description. */
  readonly further: readonly number[];
}

/** Reads one as strictly as RFC 3550 has it (§6.1, §6.4 to §6.6, appendix A.2): a report first, then the description with CNAME, each part as long as it
 * says and as what is in it needs, no padding, one SSRC, and BYE last.
 * @throws Error what is wrong */
export function readStrictly(bytes: Uint8Array): StrictReport {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const must = (isSo: boolean, what: string) => {
    if (!isSo) throw new Error(`${what}: ${Buffer.from(bytes).toString("hex")}`);
  };
  const parts: { readonly at: number; readonly end: number; readonly count: number; readonly type: number }[] = [];
  for (let at = 0; at < bytes.length; at = parts.at(-1)?.end ?? bytes.length) {
    must(at + 4 <= bytes.length, "a part without a head");
    const first = view.getUint8(at);
    must(first >> 6 === 2, "not version 2");
    must((first & 0x20) === 0, "padding");
    const end = at + 4 * (view.getUint16(at + 2) + 1);
    must(end <= bytes.length, "a part longer than the packet");
    parts.push({ at, end, count: first & 0x1f, type: view.getUint8(at + 1) });
  }
  const [report, description, ...further] = parts;
  if (report === undefined || description === undefined) throw new Error("less than two parts");
  must(report.type === 200 || report.type === 201, "no report first");
  const isSender = report.type === 200;
  const blocksAt = report.at + (isSender ? 28 : 8);
  must(report.end === blocksAt + 24 * report.count, "a report whose count and length differ");
  const ssrc = view.getUint32(report.at + 4);
  must(description.type === 202 && description.count === 1, "no description of one source behind it");
  must(view.getUint32(description.at + 4) === ssrc, "another source described");
  must(view.getUint8(description.at + 8) === 1, "no CNAME first");
  const cnameEnd = description.at + 10 + view.getUint8(description.at + 9);
  must(cnameEnd > description.at + 10, "an empty CNAME");
  const filling = bytes.subarray(cnameEnd, description.end);
  must(filling.length >= 1 && filling.length <= 4 && filling.every((byte) => byte === 0), "a list that does not end");
  further.forEach(({ type, at, end, count }, index) => {
    if (type === 203)
      must(
        index === further.length - 1 && count === 1 && end - at === 8,
        "a BYE that is not one of one source, at the end",
      );
    must(view.getUint32(at + 4) === ssrc, "another source in a further part");
  });
  const at = report.at + 8;
  return {
    ssrc,
    sender: isSender
      ? {
          ntpMs: (view.getUint32(at) - 2_208_988_800) * 1_000 + (view.getUint32(at + 4) * 1_000) / 2 ** 32,
          middle: view.getUint32(at + 2),
          ticks: view.getUint32(at + 8),
          packets: view.getUint32(at + 12),
          octets: view.getUint32(at + 16),
        }
      : undefined,
    blocks: Array.from({ length: report.count }, (_, index) => {
      const block = blocksAt + 24 * index;
      return {
        ssrc: view.getUint32(block),
        jitter: view.getUint32(block + 12),
        lsr: view.getUint32(block + 16),
        dlsr: view.getUint32(block + 20),
      };
    }),
    cname: Buffer.from(bytes.subarray(description.at + 10, cnameEnd)).toString("utf8"),
    isBye: further.some(({ type }) => type === 203),
    further: further.map(({ type }) => type),
  };
}
