import type { AccountSettings, VoiceConnector, VoiceConnectorGroup } from "./connector-types.ts";
import type { CallRecords, DetailRecords } from "./call-types.ts";
import type { DocumentRecords } from "./document-types.ts";
import type { AttendeeRecords, MeetingRecords } from "./meeting-types.ts";
import type { PhoneNumberOrder, PhoneNumberRecords } from "./number-types.ts";
import type { Page, PageRequest } from "./page.ts";
import type { RecordOrigin, ResourceTag } from "./record-types.ts";

/** A SIP media application. Times are epoch milliseconds. */
export interface SipMediaApplication {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** ARN of the function. */
  readonly functionArn: string;
  readonly tags: readonly ResourceTag[];
  /** Whether messages of its calls are logged. */
  readonly messageLogs?: boolean;
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type SipRuleTriggerType = "ToPhoneNumber" | "RequestUriHostname";

/** One target of a rule; lower priority numbers are tried first. */
export interface SipRuleTarget {
  readonly applicationId: string;
  readonly priority: number;
  readonly region: string;
}

/** A SIP rule. `triggerValue` is kept as given; `triggerKey` is what is compared (E.164 with +, host in lower case). */
export interface SipRule {
  readonly id: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly triggerType: SipRuleTriggerType;
  readonly triggerValue: string;
  readonly triggerKey: string;
  readonly targets: readonly SipRuleTarget[];
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ApplicationRecords {
  insert(application: SipMediaApplication): Promise<void>;
  get(id: string): Promise<SipMediaApplication | undefined>;
  /** Rejects with `STORE_BAD_TOKEN` on a token that is not ours. */
  list(page: PageRequest): Promise<Page<SipMediaApplication>>;
  count(): Promise<number>;
  /** Replaces the record; false when there is none. */
  update(application: SipMediaApplication): Promise<boolean>;
  /** "in-use" while a rule targets it. */
  delete(id: string): Promise<"deleted" | "not-found" | "in-use">;
}

export interface RuleRecords {
  /** "conflict" while another rule, enabled or not, holds the trigger; "no-application" when a target does not exist. */
  insert(rule: SipRule): Promise<"inserted" | "conflict" | "no-application">;
  get(id: string): Promise<SipRule | undefined>;
  list(
    page: PageRequest & {
      /** Only rules that target this application. */
      readonly applicationId: string | undefined;
      /** Only rules with this trigger, enabled or not. */
      readonly triggerKey?: string;
    },
  ): Promise<Page<SipRule>>;
  count(): Promise<number>;
  update(rule: SipRule): Promise<"updated" | "not-found" | "no-application">;
  delete(id: string): Promise<boolean>;
  /** The enabled rule with this trigger. */
  findByTrigger(type: SipRuleTriggerType, triggerKey: string): Promise<SipRule | undefined>;
}

/** Where the phones of one account are reached. */
export interface StoredRegistration {
  /** Name of the account. */
  readonly id: string;
  /** As the registrar wrote them. */
  readonly bindings: readonly object[];
}

/** The records of which some depend on others, such as numbers on the connector that they belong to. */
export interface OwnedRecords {
  readonly applications: ApplicationRecords;
  readonly rules: RuleRecords;
  readonly numbers: PhoneNumberRecords;
  readonly orders: DocumentRecords<PhoneNumberOrder>;
  readonly connectors: DocumentRecords<VoiceConnector>;
  readonly groups: DocumentRecords<VoiceConnectorGroup>;
  /** One record at most, with the id "account". */
  readonly settings: DocumentRecords<AccountSettings & { readonly id: string }>;
}

/** Everything that outlives the process. Reads see earlier writes of this process at once. */
export interface Store extends OwnedRecords {
  readonly meetings: MeetingRecords;
  readonly attendees: AttendeeRecords;
  readonly registrations: DocumentRecords<StoredRegistration>;
  readonly calls: CallRecords;
  readonly detailRecords: DetailRecords;
  /** Runs `work` while nobody else reads or writes; when it rejects, none of its writes have happened. */
  atomically<Out>(work: (records: OwnedRecords) => Promise<Out>): Promise<Out>;
  close(): Promise<void>;
}
