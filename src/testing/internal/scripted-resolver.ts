import type { NaptrRecord, SipResolver, SrvRecord } from "../../sip/index.ts";

/** The records of a small world. A name that is not there has none; "fails" and "silent" are a name server that says so, and one that never answers. */
export interface ScriptedRecords {
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[] | "fails" | "silent">>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[] | "fails" | "silent">>;
  readonly addresses?: Readonly<Record<string, readonly string[] | "fails" | "silent">>;
}

/** A resolver that answers from a script, and notes each question. */
export function createScriptedResolver(records: ScriptedRecords): SipResolver & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const answer = async <T>(
    kind: string,
    name: string,
    script: Readonly<Record<string, readonly T[] | "fails" | "silent">> = {},
  ): Promise<readonly T[]> => {
    asked.push(`${kind} ${name}`);
    const found = script[name] ?? [];
    if (found === "silent") return new Promise(() => undefined);
    if (found === "fails") throw new Error(`${kind} ${name} failed`);
    return found;
  };
  return {
    asked,
    naptr: (name) => answer("NAPTR", name, records.naptr),
    srv: (name) => answer("SRV", name, records.srv),
    addresses: (name) => answer("A", name, records.addresses),
  };
}
