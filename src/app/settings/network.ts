import { transports, transportWords } from "../../sip-syntax/index.ts";
import { keys, roles } from "./access.ts";
import { quotas } from "./quotas.ts";
import type { SettingNode } from "./setting-node.ts";

/** `sip` of the configuration. */
export const sip = {
  description: "Where SIP is spoken.",
  type: "object",
  additionalProperties: false,
  properties: {
    listen: {
      description: `Addresses to listen on, ${transportWords("or", transports)}; port 0 takes a free one. Loopback until told otherwise. On 0.0.0.0 or [::] what goes out over UDP has the address that this machine's routes choose for the peer: where peers call another of its addresses, name that one. ws and wss are for browsers, on a port of their own; sip.webSocket.onApi has them on that of the API.`,
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: {
        description: "An address, or an object.",
        type: ["string", "object"],
        additionalProperties: false,
        required: ["address"],
        "x-rule": `${transportWords("or", transports)} with an IP address, for example udp://127.0.0.1:5060, or an object with address`,
        properties: {
          address: {
            description: "The address, as in the list itself.",
            type: "string",
            "x-rule": `${transportWords("or", transports)} with an IP address, for example udp://127.0.0.1:5060`,
          },
          advertise: {
            description:
              "As sip.advertise, for this address alone, and with the port outside where that is another one: 203.0.113.7:5080 or sip.example.com.",
            type: "string",
            minLength: 1,
            "x-rule": "an IP address or a host name, with or without a port",
          },
        },
      },
      default: ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"],
      "x-port-environment": "OFFHOOK_SIP_PORT",
    },
    tls: {
      description:
        "What SIP over TLS is spoken with. The files are read again when they change, and what has changed holds for the next connection.",
      type: "object",
      additionalProperties: false,
      properties: {
        certificate: {
          description:
            "File in PEM with the certificate of this server and those that lead to its authority. A tls:// address in listen needs it; trunks that ask for one are shown it.",
          type: "string",
          minLength: 1,
          "x-rule": "a file in PEM",
        },
        key: {
          description: "File in PEM with the private key of that certificate.",
          type: "string",
          minLength: 1,
          "x-rule": "a file in PEM",
        },
        further: {
          description:
            "More certificates of this server, each with its key: a far end that asks for a name (SNI) is shown the first that is valid for it, else sip.tls.certificate.",
          type: "array",
          maxItems: 100,
          items: {
            description: "A certificate and its key.",
            type: "object",
            additionalProperties: false,
            required: ["certificate", "key"],
            properties: {
              certificate: {
                description: "As sip.tls.certificate.",
                type: "string",
                minLength: 1,
                "x-rule": "a file in PEM",
              },
              key: { description: "As sip.tls.key.", type: "string", minLength: 1, "x-rule": "a file in PEM" },
            },
          },
          default: [],
        },
        authorities: {
          description:
            "File in PEM with the authorities that certificates of trunks and other far ends are verified by, in place of those that Node knows.",
          type: "string",
          minLength: 1,
          "x-rule": "a file in PEM",
        },
        clients: {
          description:
            "Whether a far end that connects has to show a certificate of its own (mutual TLS): ignored does not ask for one, asked takes who has none, and closes on one that no authority stands for, required closes on both.",
          enum: ["ignored", "asked", "required"],
          default: "ignored",
        },
      },
      default: {},
    },
    webSocket: {
      description: "SIP from browsers, over WebSockets.",
      type: "object",
      additionalProperties: false,
      properties: {
        onApi: {
          description:
            "Whether it is spoken on the port of the API too, at /sip behind the path of api.listen: wss where that is https. Default: yes in development, else no.",
          type: "boolean",
        },
        origins: {
          description:
            "Origins of web pages that may connect besides those of this server itself, as browsers name them, such as https://phone.example.com. Clients that are no browsers name none, and may.",
          type: "array",
          uniqueItems: true,
          items: { type: "string", minLength: 1, "x-rule": "an origin, for example https://phone.example.com" },
          default: [],
        },
        allowPlain: {
          description:
            "Whether other machines may connect without TLS (ws), so that who listens on the way hears the keys of their audio's handshake and their numbers; a proxy on this machine with TLS of its own needs it not.",
          type: "boolean",
          default: false,
        },
      },
      default: {},
    },
    advertise: {
      description:
        "Address that other hosts reach this one by when it is not the local one (behind NAT): it stands in Contact, Via, From and SDP of all that is sent to peers of its address family outside of localNetworks. A host name stands in Contact, Via and From as it is, and in SDP as the address that it has now (it is looked up at the start and every 30 s). Default: the local address, as the peer sees it.",
      type: "string",
      minLength: 1,
      "x-rule": "an IP address or a host name",
    },
    localNetworks: {
      description:
        "Networks, such as 10.0.0.0/8 or fd00::/8, or single addresses, whose peers are told the local address although advertise is set. Default: none, so that every peer but this server itself is told advertise.",
      type: "array",
      uniqueItems: true,
      items: { type: "string", "x-rule": "a network such as 10.0.0.0/8 or fd00::/8, or an IP address" },
      default: [],
    },
    largestDatagram: {
      description:
        "Requests to far ends at UDP that are of more bytes go over TCP, since larger datagrams get lost on some ways; one that takes no connection within 1.5 s gets the datagram after all, for ten minutes at once. 65535 always sends datagrams.",
      type: "integer",
      minimum: 500,
      maximum: 65_535,
      default: 1_300,
    },
    srtp: {
      description:
        "Whether the audio of calls is encrypted (SRTP, with keys in session descriptions), where neither a trunk nor a phone says so itself: never refuses encrypted offers, optional takes offers as they come and makes its own in the clear, required refuses audio in the clear with 488 and offers none. Keys are as safe as the way of the messages: use tls.",
      enum: ["never", "optional", "required"],
      default: "optional",
    },
    acceptRefer: {
      description:
        "Whether the far end of a call may ask for another party in its place (REFER): that party is called, from the number by which the far end knows this server, and takes over its leg. Another party may take that place by itself too (an INVITE with Replaces), unless it is a stranger. Whoever is in a call can make this server call others then, by the same routes as functions do. Off: REFER gets 405, an INVITE with Replaces 603.",
      type: "boolean",
      default: false,
    },
    symmetric: {
      description:
        "Whether requests in a call go to where the far end's messages come from, whatever its Contact and Record-Route say. Default: only for a far end that seems to be behind a NAT, which is one without a Record-Route that sends from another address than it names, or names a Contact on a private network that is not its own.",
      type: "boolean",
    },
    strangers: {
      description:
        "What requests get of a source that is no trunk, no registered phone, not in localNetworks and not on this machine: accept takes them as those of all others, refuse answers 403, ignore is silent. Default: refuse in production where a trunk or phone is configured, else accept.",
      enum: ["accept", "refuse", "ignore"],
    },
    requestsPerSecond: {
      description:
        "Requests outside of calls (INVITE, OPTIONS, REGISTER and others) that one source may send in a second, an IPv4 address or the /64 of an IPv6 address; five seconds' worth may come at once. Further ones get 503. Not for trunks, localNetworks and this machine. 0: no limit.",
      type: "integer",
      minimum: 0,
      maximum: 100_000,
      default: 10,
    },
    banSeconds: {
      description:
        "How long nothing is heard of a stranger that called itself a scanner, or was refused about thirty times within a minute for numbers that nobody has, passwords that are wrong, or for being a stranger. Trunks, registered phones, localNetworks and this machine are never banned. 0: nobody is.",
      type: "integer",
      minimum: 0,
      maximum: 86_400,
      default: 600,
    },
  },
  default: {},
} as const satisfies SettingNode;

/** `api` of the configuration. */
export const api = {
  description: "The HTTP API.",
  type: "object",
  additionalProperties: false,
  properties: {
    listen: {
      description:
        "URL to listen on, http or https; a path in it goes in front of every route; port 0 takes a free one.",
      type: "string",
      default: "http://127.0.0.1:8080",
      "x-rule": "a URL with an IP address, for example http://127.0.0.1:8080",
      "x-port-environment": "OFFHOOK_API_PORT",
    },
    hosts: {
      description:
        "Further names that requests may call this server by in their Host header, such as that of a container or a proxy. Known without it: localhost and loopback addresses, the address that a request came to, the name of this machine, api.listen, sip.advertise, meetings.publicUrl and cluster.url.",
      type: "array",
      uniqueItems: true,
      items: { type: "string", "x-rule": "a host name or an IP address, without port" },
      default: [],
    },
    pages: {
      description:
        "Folder with web pages for trying things in a browser, such as a page that joins meetings; served where no operation is, index.html at /. A script comes bundled with what it imports, as it is at each request. Default: no pages.",
      type: "string",
      minLength: 1,
      "x-rule": "a folder",
    },
    tls: {
      description: "What https is spoken with, where api.listen begins so. The files are read again when they change.",
      type: "object",
      additionalProperties: false,
      properties: {
        certificate: {
          description: "File in PEM with the certificate of this server, then those that lead to its authority.",
          type: "string",
          minLength: 1,
          "x-rule": "a file in PEM",
        },
        key: { description: "File in PEM with its key.", type: "string", minLength: 1, "x-rule": "a file in PEM" },
      },
      default: {},
    },
    keys,
    roles,
    requestsPerSecond: {
      description:
        "Requests that are served in a second, all together; a second's worth may come at once. Further ones get 429 ThrottledClientException with Retry-After, a little later, so that a client in a loop takes no time from calls.",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
      default: 200,
    },
    createCallsPerSecond: {
      description:
        "The same for CreateSipMediaApplicationCall alone. Default: no limit of its own. That of the original is 1 until it is raised.",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
    },
    updateCallsPerSecond: {
      description:
        "The same for UpdateSipMediaApplicationCall alone. Default: no limit of its own. That of the original is 5 until it is raised.",
      type: "integer",
      minimum: 1,
      maximum: 100_000,
    },
    quotas,
  },
  default: {},
} as const satisfies SettingNode;

/** `media` of the configuration. */
export const media = {
  description: "RTP.",
  type: "object",
  additionalProperties: false,
  properties: {
    address: {
      description:
        "Address that RTP sockets are bound to, and that SDP names; with 0.0.0.0 or :: SDP names the address that the peer sees. Default: the address at which SIP listens for the peer. Set it where a proxy on this machine stands between.",
      type: "string",
      minLength: 1,
      "x-rule": "an IP address",
    },
    ports: {
      description: "Range of UDP ports for RTP and RTCP, first and last.",
      type: "string",
      pattern: "^\\d{1,5}-\\d{1,5}$",
      default: "16384-32767",
      "x-rule": "two port numbers with a dash, for example 16384-32767",
    },
    webrtcPort: {
      description:
        "UDP port at which browsers of meetings send their audio, all to the same; each further media worker takes the next one. Default: a free one each.",
      type: "integer",
      minimum: 1,
      maximum: 65_535,
    },
    publicAddress: {
      description:
        "Address at which browsers reach those ports, where it is not the local one (behind NAT). Default: sip.advertise where that is an IP address, else the address that RTP is bound to; where that is 0.0.0.0 or ::, the first one of this machine that other hosts reach. Firefox sends no audio to 127.0.0.1, Chromium does.",
      type: "string",
      minLength: 1,
      "x-rule": "an IP address",
    },
    workers: {
      description: "Threads that carry RTP. Default: one for each processor that this process may use.",
      type: "integer",
      minimum: 1,
      maximum: 64,
    },
    packets: {
      description:
        "How those threads pass packets: batched straight through the calls of Linux, dgram through Node, auto batched where it works. Where it does not, dgram is taken, and the log says why.",
      enum: ["auto", "batched", "dgram"],
      default: "auto",
    },
    codecs: {
      description:
        "Codecs in the order in which they are offered; of an offer to this server, the first of them that is in it is taken, and none that is not here. Default: PCMU and PCMA are offered, of an offer the first of these two in its order is taken, and G722 where it has neither.",
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", enum: ["PCMU", "PCMA", "G722", "opus"], "x-rule": "PCMU, PCMA, G722 or opus" },
    },
    rtpTimeoutSeconds: {
      description: "Silence of the far end, in seconds, after which a call counts as lost; 0 never.",
      type: "integer",
      minimum: 0,
      maximum: 86400,
      default: 60,
    },
    holdTimeoutSeconds: {
      description:
        "The same while the far end holds the call (sendonly, inactive or 0.0.0.0): it need not send then; 0 never.",
      type: "integer",
      minimum: 0,
      maximum: 86400,
      default: 3600,
    },
  },
  default: {},
} as const satisfies SettingNode;
