import assert from "node:assert/strict";
import { test } from "node:test";
import { findTransport, transportNamed, transports, transportWords, usualTransport } from "./transports.ts";
import { askedTransport, parseSipUri, printSipUri, uriParameter, type ParsedUri } from "./uri.ts";
import { parseVia, printVia } from "../header/via.ts";

test("every transport is found by its name in any case, and stands in a Via and a URI that lead back to it", () => {
  for (const transport of transports) {
    const { name } = transport;
    assert.equal(transportNamed(name), transport);
    assert.equal(findTransport(name.toUpperCase()), transport);
    assert.equal(
      parseVia(printVia({ transport: name, host: "192.0.2.1", port: 5060 }, "z9hG4bKa", false))?.transport,
      transport.viaToken,
    );
    const uri = parseSipUri(printSipUri({ user: "a", host: "192.0.2.1", transport: name }));
    const asked = uri && uriParameter(uri, "transport");
    // RFC 7118 §5.2.3: a URI tells of a WebSocket, and not whether that is encrypted.
    const leadsTo = name === "wss" ? transportNamed("ws") : transport;
    assert.equal(asked === undefined ? usualTransport : findTransport(asked), leadsTo);
  }
});

test("a word that names no transport finds none", () => {
  for (const text of ["", "sctp", "udp ", "constructor", "toString"])
    assert.equal(findTransport(text), undefined, text);
});

test("the names are listed for people", () => {
  assert.equal(transportWords("or"), "udp, tcp or tls");
  assert.equal(transportWords("and", transports), "udp, tcp, tls, ws and wss");
});

test("a sips: URI asks for what carries its transport encrypted", () => {
  const asked = (parameter: string) => askedTransport(parseSipUri(`sips:a@192.0.2.1${parameter}`) as ParsedUri);
  assert.deepEqual(
    ["", ";transport=tcp", ";transport=ws", ";transport=wss", ";transport=udp"].map((parameter) => {
      const transport = asked(parameter);
      return typeof transport === "string" ? transport : transport.name;
    }),
    ["tls", "tls", "wss", "wss", "unknown"],
  );
});
