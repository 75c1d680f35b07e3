import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { der as asn1 } from "../../kernel/index.ts";

const { ascii, bitString, explicit, integer, objectId, sequence, set, utcTime, utf8 } = asn1;

/** A certificate and its key, in PEM. It is its own authority. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 86_400_000;
const tags = { DNS: 0x82, URI: 0x86, IP: 0x87 } as const;

/** Makes a certificate for these names, such as `DNS:pbx.test`, `URI:sip:pbx.test` or `IP:127.0.0.1`; valid from yesterday for a week. */
export function createTlsCertificate(...names: readonly `${keyof typeof tags}:${string}`[]): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(objectId(1, 2, 840, 10045, 4, 3, 2));
  const issuer = sequence(set(sequence(objectId(2, 5, 4, 3), utf8(`test ${randomBytes(4).toString("hex")}`))));
  const validity = sequence(utcTime(new Date(Date.now() - dayMs)), utcTime(new Date(Date.now() + 7 * dayMs)));
  const alternatives = sequence(...names.map(alternativeName));
  const extension = sequence(objectId(2, 5, 29, 17), ascii(0x04, alternatives.toString("latin1")));
  const content = sequence(
    explicit(0, integer(2)),
    integer(1, ...randomBytes(15)),
    algorithm,
    issuer,
    validity,
    issuer,
    publicKey.export({ format: "der", type: "spki" }),
    explicit(3, sequence(extension)),
  );
  const der = sequence(content, algorithm, bitString(sign("sha256", content, privateKey)));
  const base64 = der.toString("base64").replace(/.{1,64}/g, "$&\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

function alternativeName(name: `${keyof typeof tags}:${string}`): Buffer {
  const [, kind = "DNS", value = ""] = /^(DNS|URI|IP):(.+)$/.exec(name) ?? [];
  if (kind === "IP") return ascii(tags.IP, String.fromCharCode(...value.split(".").map(Number)));
  return ascii(kind === "URI" ? tags.URI : tags.DNS, value);
}
