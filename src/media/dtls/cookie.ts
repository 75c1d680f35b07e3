import { createHmac, timingSafeEqual } from "node:crypto";
import { uint, vector } from "./byte-writer.ts";
import type { HelloStart } from "./client-hello.ts";
import { DTLS_1_2, handshakeType } from "./protocol.ts";
import { printMessage } from "./handshake-message.ts";

/** What a client must send back from where it claims to be, before anything is kept or computed for it. RFC 6347 §4.2.1
 * @param source the address that the ClientHello came from */
export function makeCookie(secret: Uint8Array, source: string, hello: HelloStart): Buffer {
  return createHmac("sha256", secret)
    .update(vector(2, Buffer.from(source)))
    .update(hello.beforeCookie)
    .digest();
}

/** Whether a ClientHello carries the cookie that its source was given. */
export function hasCookie(secret: Uint8Array, source: string, hello: HelloStart): boolean {
  const expected = makeCookie(secret, source, hello);
  return hello.cookie.length === expected.length && timingSafeEqual(hello.cookie, expected);
}

/** The message that brings a cookie. Its version says nothing about what will be agreed on, but clients compare it with what they offer. */
export function printHelloVerifyRequest(cookie: Uint8Array): Buffer {
  const body = Buffer.concat([uint(DTLS_1_2, 2), vector(1, cookie)]);
  return printMessage({ type: handshakeType.helloVerifyRequest, sequence: 0, body });
}
