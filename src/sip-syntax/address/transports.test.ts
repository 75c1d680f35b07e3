import assert from "node:assert/strict";
import { test } from "node:test";
import { findTransport, transportNamed, transports, transportWords, usualTransport } from "./transports.ts";
import { parseSipUri, printSipUri, uriParameter } from "./uri.ts";
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
    assert.equal(asked === undefined ? usualTransport : findTransport(asked), transport);
  }
});

test("a word that names no transport finds none", () => {
  for (const text of ["", "sctp", "udp ", "constructor", "toString"])
    assert.equal(findTransport(text), undefined, text);
});

test("the names are listed for people", () => {
  assert.match(transportWords("or"), /^udp(?:, \w+)* or \w+$/);
});
