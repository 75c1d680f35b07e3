import { countryOf, type Clock, type Timer } from "../kernel/index.ts";
import type { MediaSession, MediaStats } from "../media/index.ts";
import { QualitySide, type SideQuality } from "./quality-side.ts";

/** A call of a Voice Connector. */
export interface ConnectorCall {
  readonly id: string;
  readonly connectorId: string;
  readonly from: string;
  readonly to: string;
  /** The leg with the equipment of the connector; the other one is remote. */
  readonly customerTag: string;
  /** The Call-ID of that leg, or of the caller's where there is none. */
  endpointId(): string;
}

/** What it is written with. */
export interface MediaQualityParts {
  readonly clock: Pick<Clock, "now" | "startTimer">;
  readonly region: string;
  readonly isOn: (connectorId: string) => boolean;
  readonly append: (group: string, line: object) => void;
}

/** How the audio of calls of Voice Connectors is, by the minute. */
export interface MediaQuality {
  /** Audio begins to flow in a session of a leg. */
  begin(call: ConnectorCall, participantTag: string, session: MediaSession): void;
  /** Such a session is closed. */
  ended(id: string, participantTag: string, audio: MediaStats): void;
  /** What is switched has changed: what passed before counts for nobody who had no log. */
  switched(): void;
  /** The call is over; what is left of its last minute is written. */
  over(id: string): void;
}

interface Watched {
  readonly call: ConnectorCall;
  readonly sides: { readonly customer: QualitySide; readonly remote: QualitySide };
  timer: Timer | undefined;
  isOn: boolean;
}

const minuteMs = 60_000;

/** Makes it. What is told while nothing is switched on costs a timer a minute for each call of a connector. */
export function createMediaQuality({ clock, region, isOn, append }: MediaQualityParts): MediaQuality {
  const calls = new Map<string, Watched>();

  const look = ({ sides }: Watched) => Promise.all([sides.customer.look(), sides.remote.look()]);
  const write = (watched: Watched) => {
    const { call, sides } = watched;
    const [customer, remote] = [sides.customer.take(), sides.remote.take()];
    if (!watched.isOn || (customer ?? remote) === undefined) return;
    append(`/aws/ChimeVoiceConnectorLogs/${call.connectorId}`, {
      ...{ voice_connector_id: call.connectorId, event_timestamp: clock.now(), call_id: call.id },
      ...{ from_sip_user: call.from, from_country: countryOf(call.from) ?? "" },
      ...{ to_sip_user: call.to, to_country: countryOf(call.to) ?? "" },
      ...{ endpoint_id: call.endpointId(), aws_region: region },
      ...flows("cust2vc", customer?.heard),
      ...flows("vc2cust", customer?.said),
      ...flows("rem2vc", remote?.heard),
      ...flows("vc2rem", remote?.said),
      ...{ rtt_btwn_vc_and_cust: customer?.roundTrip ?? 0, mos_btwn_vc_and_cust: customer?.mos ?? 0 },
      ...{ rtt_btwn_vc_and_rem: remote?.roundTrip ?? 0, mos_btwn_vc_and_rem: remote?.mos ?? 0 },
    });
  };
  const followMinutes = (watched: Watched) => {
    watched.timer?.cancel();
    watched.timer = clock.startTimer(minuteMs, () => {
      followMinutes(watched);
      if (watched.isOn) void look(watched).then(() => write(watched));
    });
  };
  return {
    begin(call, participantTag, session) {
      let watched = calls.get(call.id);
      if (watched === undefined) {
        const sides = { customer: new QualitySide(), remote: new QualitySide() };
        watched = { call, sides, timer: undefined, isOn: isOn(call.connectorId) };
        calls.set(call.id, watched);
        followMinutes(watched);
      }
      sideOf(watched, participantTag).begin(session);
    },
    ended(id, participantTag, audio) {
      const watched = calls.get(id);
      if (watched !== undefined) sideOf(watched, participantTag).ended(audio);
    },
    switched() {
      for (const watched of calls.values()) {
        const { isOn: was, call, sides } = watched;
        if (isOn(call.connectorId) === was) continue;
        watched.isOn = false;
        followMinutes(watched);
        void look(watched).then(() => {
          sides.customer.take();
          sides.remote.take();
          watched.isOn = isOn(call.connectorId);
        });
      }
    },
    over(id) {
      const watched = calls.get(id);
      if (watched === undefined) return;
      calls.delete(id);
      watched.timer?.cancel();
      write(watched);
    },
  };
}

function sideOf({ call, sides }: Watched, participantTag: string): QualitySide {
  return participantTag === call.customerTag ? sides.customer : sides.remote;
}

const nothing: SideQuality["heard"] = {
  ...{ rtp_packets: 0, rtp_bytes: 0, rtcp_packets: 0, rtcp_bytes: 0, packets_lost: 0, jitter: 0 },
};

function flows(pair: string, flow = nothing): object {
  return Object.fromEntries(Object.entries(flow).map(([name, value]) => [`${pair}_${name}`, value]));
}
