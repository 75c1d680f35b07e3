import { toE164 } from "../../../sip-syntax/index.ts";
import type { VoiceConnector } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { changeConnector, findConnector, notSet } from "./find.ts";

/** Settings of a connector that are kept as they came, without effect. */
type StoredSetting = "streaming" | "emergency";

interface ById {
  readonly VoiceConnectorId: string;
}

interface EmergencyInput {
  readonly DNIS?: readonly {
    readonly EmergencyPhoneNumber: string;
    readonly TestPhoneNumber?: string;
    readonly CallingCountry: string;
  }[];
}

/** Put, Get and Delete of `StreamingConfiguration` and `EmergencyCallingConfiguration`, Put and Get of `LoggingConfiguration`.
 * Contract: api-stored-settings */
export const storedSettingOperations: readonly Operation[] = [
  ...operationsOf("StreamingConfiguration", "streaming", (asked) => asked),
  ...operationsOf("EmergencyCallingConfiguration", "emergency", (asked, connector) => {
    refuseWithoutBoth(connector);
    return withPlus(asked as EmergencyInput);
  }),
  ...loggingOperations(),
];

function operationsOf(
  member: string,
  setting: StoredSetting,
  read: (asked: object, connector: VoiceConnector) => object,
): readonly Operation[] {
  return [
    defineOperation<ById>(`PutVoiceConnector${member}`, async (input, context) => {
      const asked = (input as unknown as Readonly<Record<string, object>>)[member] ?? {};
      const changed = await changeConnector(input.VoiceConnectorId, context, (connector) => ({
        ...connector,
        [setting]: read(asked, connector),
      }));
      return { [member]: changed[setting] };
    }),
    defineOperation<ById>(`GetVoiceConnector${member}`, async ({ VoiceConnectorId }, { store }) => {
      const found = (await findConnector(store, VoiceConnectorId))[setting];
      if (found === undefined) throw notSet(member, VoiceConnectorId);
      return { [member]: found };
    }),
    defineOperation<ById>(`DeleteVoiceConnector${member}`, async ({ VoiceConnectorId }, context) => {
      await changeConnector(VoiceConnectorId, context, (connector) => {
        if (connector[setting] === undefined) throw notSet(member, VoiceConnectorId);
        return { ...connector, [setting]: undefined };
      });
      return undefined;
    }),
  ];
}

interface LoggingInput extends ById {
  readonly LoggingConfiguration: { readonly EnableSIPLogs?: boolean; readonly EnableMediaMetricLogs?: boolean };
}

/** Logging is off until it is set; an absent member changes nothing. */
function loggingOperations(): readonly Operation[] {
  const answer = ({ logging: { sip, media } }: VoiceConnector) => ({
    LoggingConfiguration: { EnableSIPLogs: sip, EnableMediaMetricLogs: media },
  });
  return [
    defineOperation<LoggingInput>(
      "PutVoiceConnectorLoggingConfiguration",
      async ({ VoiceConnectorId, LoggingConfiguration: asked }, context) => {
        const changed = await changeConnector(VoiceConnectorId, context, (connector) => {
          const { sip, media } = connector.logging;
          return {
            ...connector,
            logging: { sip: asked.EnableSIPLogs ?? sip, media: asked.EnableMediaMetricLogs ?? media },
          };
        });
        return answer(changed);
      },
    ),
    defineOperation<ById>("GetVoiceConnectorLoggingConfiguration", async ({ VoiceConnectorId }, { store }) =>
      answer(await findConnector(store, VoiceConnectorId)),
    ),
  ];
}

/** Contract: api-emergency-needs */
function refuseWithoutBoth({ id, termination, origination }: VoiceConnector): void {
  const missing = [
    ...(termination === undefined || termination.isDisabled ? ["termination"] : []),
    ...(origination === undefined || origination.isDisabled ? ["origination"] : []),
  ];
  if (missing.length === 0) return;
  throw refuse(
    "API_BAD_REQUEST",
    `Emergency calling needs termination and origination; the Voice Connector ${id} has no enabled ${missing.join(" and ")}.`,
  );
}

function withPlus({ DNIS = [] }: EmergencyInput): object {
  return {
    DNIS: DNIS.map(({ EmergencyPhoneNumber, TestPhoneNumber, CallingCountry }) => ({
      EmergencyPhoneNumber: toE164(EmergencyPhoneNumber) ?? EmergencyPhoneNumber,
      ...(TestPhoneNumber === undefined ? {} : { TestPhoneNumber: toE164(TestPhoneNumber) ?? TestPhoneNumber }),
      CallingCountry,
    })),
  };
}
