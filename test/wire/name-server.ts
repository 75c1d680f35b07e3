import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Records by name and type; names in lower case, without a dot at their end. */
export interface Zone {
  readonly A?: Readonly<Record<string, readonly string[]>>;
  readonly SRV?: Readonly<
    Record<string, readonly (readonly [priority: number, weight: number, port: number, host: string])[]>
  >;
  readonly NAPTR?: Readonly<
    Record<string, readonly (readonly [order: number, preference: number, service: string, replacement: string])[]>
  >;
}

const types: Readonly<Record<number, keyof Zone>> = { 1: "A", 33: "SRV", 35: "NAPTR" };
const nameError = 3;

/** Answers questions about a zone on loopback, as a name server does (RFC 1035 §4.1); every other name does not exist. */
export async function startNameServer(zone: Zone): Promise<{ readonly address: string; close(): void }> {
  const socket = createSocket("udp4", (query, from) => {
    const { name, type, end } = readQuestion(query);
    const kind = types[type];
    const answers = kind === undefined ? [] : recordsOf(zone, kind, name);
    const isKnown = Object.values(zone).some((names) => name in names);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (isKnown ? 0 : nameError), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    const records = answers.map((data) => {
      // A pointer to the name of the question, the type, IN, 60 s, the length.
      const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0]);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordsOf(zone: Zone, kind: keyof Zone, name: string): readonly Buffer[] {
  switch (kind) {
    case "A":
      return (zone.A?.[name] ?? []).map((host) => Buffer.from(host.split(".").map(Number)));
    case "SRV":
      return (zone.SRV?.[name] ?? []).map(([priority, weight, port, host]) =>
        Buffer.concat([numbers(priority, weight, port), printName(host)]),
      );
    case "NAPTR":
      return (zone.NAPTR?.[name] ?? []).map(([order, preference, service, replacement]) =>
        Buffer.concat([numbers(order, preference), text("s"), text(service), text(""), printName(replacement)]),
      );
    default:
      return kind satisfies never;
  }
}

function numbers(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, "latin1")]);
}

function printName(name: string): Buffer {
  return Buffer.concat([...name.split(".").map(text), Buffer.from([0])]);
}
