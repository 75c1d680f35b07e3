import { ReplayWindow } from "../srtp/replay-window.ts";
import { openFragment, sealFragment, type AeadKey } from "./aead.ts";
import { DTLS_1_2 } from "./protocol.ts";
import { printRecord, type DtlsRecord } from "./record.ts";

/** Why a record was not opened. */
export type RecordRefusal = "no-keys" | "unexpected" | "replayed" | "not-authentic";

/** Numbers and protects the records of one association: epoch 0 in the clear, epoch 1 with its keys. There is no other. RFC 6347 §4.1 */
export class RecordLayer {
  readonly #nextSequences = [0, 0];
  readonly #window = new ReplayWindow();
  #keys: { readonly read: AeadKey; readonly write: AeadKey } | undefined;

  /** Sets the keys of epoch 1. */
  setKeys(read: AeadKey, write: AeadKey): void {
    this.#keys = { read, write };
  }

  /** The next record of epoch 0 gets this number. */
  continueAt(sequence: number): void {
    this.#nextSequences[0] = sequence;
  }

  /** A record with the next number of its epoch. Of epoch 1 none can be made before its keys are set. */
  seal(type: number, epoch: 0 | 1, fragment: Uint8Array): Buffer {
    const sequence = this.#nextSequences[epoch] ?? 0;
    this.#nextSequences[epoch] = sequence + 1;
    if (epoch === 0) return printRecord(type, epoch, sequence, fragment);
    if (this.#keys === undefined) throw new Error("there are no keys of epoch 1 yet");
    return printRecord(type, epoch, sequence, sealFragment(this.#keys.write, { type, epoch, sequence }, fragment));
  }

  /** What a record holds, or why that cannot be said. A record of epoch 1 is opened once. */
  open(record: DtlsRecord): Buffer | RecordRefusal {
    if (record.epoch === 0) return record.fragment;
    if (record.epoch > 1 || record.version !== DTLS_1_2) return "unexpected";
    if (this.#keys === undefined) return "no-keys";
    if (this.#window.look(record.sequence) !== "new") return "replayed";
    const content = openFragment(this.#keys.read, record, record.fragment);
    if (content === undefined) return "not-authentic";
    this.#window.take(record.sequence);
    return content;
  }
}
