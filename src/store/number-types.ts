import type { Page, PageRequest } from "./page.ts";
import type { RecordOrigin, ResourceTag } from "./record-types.ts";

export type PhoneNumberProduct = "VoiceConnector" | "SipMediaApplicationDialIn";

/** A number of the inventory. Times are epoch milliseconds. */
export interface PhoneNumber {
  /** E.164 with +; unique. */
  readonly e164: string;
  readonly product: PhoneNumberProduct;
  /** As people call it; "" when they do not. */
  readonly name: string;
  /** What called parties would be shown; "" when nothing was set. */
  readonly callingName: string;
  /** When that was set last. */
  readonly callingNameAt: number | undefined;
  /** The Voice Connector or group that it belongs to. A rule that has it as its trigger is told by the rules. */
  readonly owner: NumberOwner | undefined;
  readonly orderId: string | undefined;
  readonly tags: readonly ResourceTag[];
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it was put into the deletion queue, in which it is no part of the inventory any more; undefined: it was not. */
  readonly deletedAt: number | undefined;
}

/** What a number can belong to beside a rule. */
export interface NumberOwner {
  readonly kind: "VoiceConnectorId" | "VoiceConnectorGroupId";
  readonly id: string;
  readonly at: number;
}

/** A number with the rule that has it as its trigger. */
export interface FoundNumber extends PhoneNumber {
  readonly rule: { readonly id: string; readonly createdAt: number } | undefined;
}

/** What a search of numbers that are not there goes over. */
export interface CandidateSearch extends PageRequest {
  /** Numbers in ascending order, E.164, all above the one that is given (without +). */
  readonly candidates: (above: number) => Iterator<string>;
}

/** What a listing of numbers keeps; absent members keep all. */
export interface NumberFilter {
  readonly status?: "Assigned" | "Unassigned" | "ReleaseInProgress" | undefined;
  readonly product?: PhoneNumberProduct | undefined;
  /** Numbers of one connector, group or rule. */
  readonly association?: { readonly kind: NumberOwner["kind"] | "SipRuleId"; readonly id: string } | undefined;
}

export interface PhoneNumberRecords {
  /** False when the number is there already, also in the deletion queue. */
  insert(number: PhoneNumber): Promise<boolean>;
  get(e164: string): Promise<FoundNumber | undefined>;
  /** In order of creation. Rejects with `STORE_BAD_TOKEN` on a token that is not ours. */
  list(page: PageRequest & { readonly filter: NumberFilter }): Promise<Page<FoundNumber>>;
  /** Of the inventory, without the deletion queue. */
  count(): Promise<number>;
  /** Those of some candidates that are not there, also not in the deletion queue. Rejects with `STORE_BAD_TOKEN` on a token that is not ours. */
  listAbsent(search: CandidateSearch): Promise<Page<string>>;
  /** Replaces the record; false when there is none. */
  update(number: PhoneNumber): Promise<boolean>;
  delete(e164: string): Promise<boolean>;
  /** Takes those out for good that were put into the deletion queue before a time. */
  deleteForGood(before: number): Promise<void>;
}

/** An order of numbers, which is done as soon as it is there. */
export interface PhoneNumberOrder {
  readonly id: string;
  readonly product: PhoneNumberProduct;
  readonly numbers: readonly { readonly e164: string; readonly isAcquired: boolean }[];
  readonly createdAt: number;
}
