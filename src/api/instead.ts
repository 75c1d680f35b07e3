/** What to do on this server instead of operations of the service that it does not have. The first fit counts.
 * Contract: api-not-served */
const ways: readonly (readonly [fits: RegExp, instead: string])[] = [
  [
    /^(?:Disa|A)ssociatePhoneNumbers/,
    "Which function answers a number is said by rules: rules: in the configuration, or CreateSipRule; the numbers are those under numbers:",
  ],
  [/PhoneNumber/, "The numbers of this server stand under numbers: in its configuration"],
  [/Emergency|E911/, "Emergency calls are not offered; make them by another line"],
  [
    /TerminationCredentials|LoggingConfiguration$/,
    "What is logged is set by log.level: in the configuration; a trunk is trusted by its address, trunk:",
  ],
  [
    /VoiceConnector/,
    "Outbound calls go where trunk: in the configuration says, those to a Voice Connector where voiceConnectors: says, and inbound calls come to the addresses of sip.listen:",
  ],
  [/ProxySession/, "Proxy sessions were withdrawn by the service; CallAndBridge joins two parties"],
  [/VoiceProfile|SpeakerSearch|ToneAnalysis/, "Call analytics is no part of SIP media applications"],
  [/GlobalSettings/, "What the account's settings hold stands in the configuration, docs/configuration.md"],
];

/** One sentence, without a full stop, on what to do instead of an operation that this server does not answer. */
export function whatInstead(operation: string): string | undefined {
  return ways.find(([fits]) => fits.test(operation))?.[1];
}
