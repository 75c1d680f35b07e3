/** Of the lengths of head and body, before both: 32 bits each, most significant byte first. */
const lengthsBytes = 8;
const maxHeadBytes = 65_536;

/** A frame: head and body, texts of any length. */
export function frameOf(head: string, body: string): Buffer {
  const [headBytes, bodyBytes] = [Buffer.byteLength(head), Buffer.byteLength(body)];
  const frame = Buffer.allocUnsafe(lengthsBytes + headBytes + bodyBytes);
  frame.writeUInt32BE(headBytes, 0);
  frame.writeUInt32BE(bodyBytes, 4);
  frame.write(head, lengthsBytes);
  frame.write(body, lengthsBytes + headBytes);
  return frame;
}

/** Cuts what comes into frames.
 * @param maxBodyBytes a longer body is dropped: it is told as undefined, before all of it is there
 * @param onBroken what comes is none; nothing more is read
 * @returns what takes the pieces */
export function readFrames(
  maxBodyBytes: number,
  onFrame: (head: string, body: string | undefined) => void,
  onBroken: () => void,
): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  /** So many bytes make it worth a look. */
  let neededBytes = lengthsBytes;
  /** Of a body that is dropped. */
  let dropBytes = 0;
  let isBroken = false;

  /** What is behind the first frame of these bytes; undefined: it is not whole. */
  const takeFrame = (bytes: Buffer): Buffer | undefined => {
    neededBytes = lengthsBytes;
    if (bytes.length < neededBytes) return undefined;
    const [headBytes, bodyBytes] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
    if (headBytes > maxHeadBytes) {
      isBroken = true;
      onBroken();
      return undefined;
    }
    const isKept = bodyBytes <= maxBodyBytes;
    const bodyAt = lengthsBytes + headBytes;
    const end = bodyAt + (isKept ? bodyBytes : 0);
    neededBytes = end;
    if (bytes.length < end) return undefined;
    neededBytes = lengthsBytes;
    onFrame(bytes.toString("utf8", lengthsBytes, bodyAt), isKept ? bytes.toString("utf8", bodyAt, end) : undefined);
    return isKept ? bytes.subarray(end) : drop(bytes.subarray(end), bodyBytes);
  };
  const drop = (bytes: Buffer, countBytes: number): Buffer => {
    dropBytes = Math.max(0, countBytes - bytes.length);
    return bytes.subarray(Math.min(countBytes, bytes.length));
  };

  return (piece) => {
    if (isBroken) return;
    const fresh = dropBytes > 0 ? drop(piece, dropBytes) : piece;
    pieces.push(fresh);
    sizeBytes += fresh.length;
    if (sizeBytes < neededBytes) return;
    let rest = pieces.length === 1 ? fresh : Buffer.concat(pieces);
    for (let next = takeFrame(rest); next !== undefined; next = takeFrame(rest)) rest = next;
    pieces = rest.length === 0 ? [] : [rest];
    sizeBytes = rest.length;
  };
}
