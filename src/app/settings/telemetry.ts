import { passwordFile } from "./credentials.ts";
import type { SettingNode } from "./setting-node.ts";

/** `telemetry` of the configuration. */
export const telemetry = {
  description: "What is told to the systems that operators look at calls with.",
  type: "object",
  additionalProperties: false,
  properties: {
    otlp: {
      description: "Traces of calls, by OpenTelemetry's protocol (OTLP over HTTP, protobuf).",
      type: "object",
      additionalProperties: false,
      properties: {
        endpoint: {
          description:
            "URL of a collector, for example http://127.0.0.1:4318; without a path it is /v1/traces. Default: what OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT says; without either there are no traces.",
          type: "string",
          minLength: 1,
          "x-rule": "a URL that begins with http:// or https://, for example http://127.0.0.1:4318",
        },
        sampleRatio: {
          description: "Share of calls that are traced, chosen by the call's id.",
          type: "number",
          minimum: 0,
          maximum: 1,
          default: 1,
        },
      },
      default: {},
    },
    hep: {
      description: "Each message of SIP that comes or goes, to a capture server (HEP version 3), without secrets.",
      type: "object",
      additionalProperties: false,
      properties: {
        address: {
          description: "Where it listens, udp:// or tcp://, for example udp://192.0.2.7:9060. Default: there is none.",
          type: "string",
          minLength: 1,
          "x-rule": "udp:// or tcp:// with an IP address or a host name and a port, for example udp://192.0.2.7:9060",
        },
        captureId: {
          description: "The number by which the capture server tells this server from others.",
          type: "integer",
          minimum: 0,
          maximum: 4_294_967_295,
          default: 2001,
        },
        name: {
          description: "The name that it shows beside messages. Default: the name of the machine.",
          type: "string",
          minLength: 1,
          maxLength: 255,
        },
        keyFile: {
          ...passwordFile,
          description: "File whose only line is the key that the capture server asks for; it is read at the start.",
        },
      },
      default: {},
    },
  },
  default: {},
} as const satisfies SettingNode;
