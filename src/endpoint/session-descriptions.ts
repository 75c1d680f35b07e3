import type {
  CodecPreferences,
  DescribedHost,
  Description,
  LocalAudio,
  Negotiation,
  SessionWarning,
} from "../sdp/index.ts";

/** Offer and answer, as the sdp room gives them. */
export interface SessionDescriptions {
  createOffer(local: LocalAudio): string;
  /** What a description says, or one sentence on why it cannot be read. */
  readDescription(text: string): Description | string;
  answerOffer(offer: string | Description, local: LocalAudio): Negotiation<{ readonly answer: string }>;
  /** Why an offer cannot be answered from this address with these codecs; undefined when it can. */
  whyNoAnswer(
    offer: Description,
    local: CodecPreferences & Pick<LocalAudio, "address" | "srtp"> & { readonly isBrowser?: boolean },
  ): Exclude<Negotiation<object>, { type: "agreed" }> | undefined;
  readAnswer(answer: string, offered: LocalAudio): Negotiation<object>;
  /** Whether it is one of a browser. */
  isOfBrowser(description: Description): boolean;
  /** The address that the first audio stream names. */
  audioAddress(description: Description): string | undefined;
  describedHosts(description: string): readonly DescribedHost[];
  withAddresses(description: string, addresses: ReadonlyMap<string, string>): string;
  warningOf(refusal: Exclude<Negotiation<object>, { type: "agreed" }>): SessionWarning;
}

/** The address of a host name in a session description. Rejects with the reason when there is none in time. */
export type LookUpHost = (host: DescribedHost) => Promise<string>;

/** What reading the far end's descriptions needs. */
export interface DescriptionReader {
  readonly sessionDescriptions: SessionDescriptions;
  readonly lookUpHost: LookUpHost;
}
