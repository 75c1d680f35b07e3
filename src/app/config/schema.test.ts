import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { packageRoot } from "../../kernel/index.ts";
import { readConfigSchema } from "./schema.ts";
import type { SettingNode } from "../settings/setting-node.ts";
import { loadConfig } from "./config.ts";

/** What the documentation tells of a key. */
interface Row {
  readonly default: string;
  readonly variables: readonly string[];
  readonly meaning: string;
}

const documentation = readFileSync(join(packageRoot(), "docs", "configuration.md"), "utf8");

function documentedRows(text: string): Map<string, Row> {
  const rows = [...text.matchAll(/^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)];
  return new Map(
    rows.map(([, key = "", , written = "", variables = "", meaning = ""]) => [
      key,
      { default: written.replaceAll("`", ""), variables: variables.match(/OFFHOOK_\w+/g) ?? [], meaning },
    ]),
  );
}

function schemaRows(node: SettingNode, path: string, isRequired: boolean): [string, Row][] {
  const variables = [node["x-environment"], node["x-port-environment"]].filter((name) => name !== undefined);
  const hasDefault = node.default !== undefined && JSON.stringify(node.default) !== "{}";
  const written = hasDefault ? JSON.stringify(node.default).replaceAll(",", ", ") : isRequired ? "required" : "-";
  const own: [string, Row][] = [[path, { default: written, variables, meaning: node.description ?? "" }]];
  const required = (node as { required?: readonly string[] }).required ?? [];
  const nested = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    schemaRows(child, path === "" ? key : `${path}.${key}`, required.includes(key)),
  );
  const { additionalProperties: values, items } = node;
  const byKey =
    typeof values === "object" && (values.properties ?? values.items) !== undefined
      ? schemaRows(values, `${path}.*`, false)
      : [];
  const byIndex = items?.properties !== undefined ? schemaRows(items, `${path}[]`, false) : [];
  return [...(path === "" ? [] : own), ...nested, ...byKey, ...byIndex];
}

describe("the schema of the configuration", () => {
  const { root } = readConfigSchema();
  const inSchema = new Map(schemaRows(root, "", false));

  it("has a row in docs/configuration.md for every key, and no row without a key", () => {
    assert.deepEqual([...documentedRows(documentation)], [...inSchema]);
  });

  it("says what every key means", () => {
    assert.deepEqual(
      [...inSchema].filter(([, { meaning }]) => meaning === "").map(([key]) => key),
      [],
    );
  });

  it("accepts the example of docs/configuration.md", () => {
    const folder = mkdtempSync(join(tmpdir(), "offhook-config-"));
    const yaml = /```yaml\n([^]*?)```/.exec(documentation)?.[1] ?? "";
    mkdirSync(join(folder, "functions"));
    for (const name of ["front-desk.mjs", "night.ts"]) writeFileSync(join(folder, "functions", name), "");
    writeFileSync(join(folder, "offhook.yaml"), yaml);

    const config = loadConfig({ mode: "production", environment: {}, folder });

    rmSync(folder, { recursive: true });
    assert.equal(config.rules.length, 2);
  });
});
