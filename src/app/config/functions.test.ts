import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig, type Config } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-functions-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "fn"));
writeFileSync(join(folder, "a.mjs"), "export const handler = async () => ({});\n");
writeFileSync(join(folder, "fn", "bootstrap"), "#!/bin/sh\n");
writeFileSync(join(folder, "fn", "notes.txt"), "not a program\n");
chmodSync(join(folder, "fn", "bootstrap"), 0o755);

const shell = { AWS_PROFILE: "work", AWS_REGION: "eu-west-1", HOME: "/homes/me", TABLE: "calls", EMPTY: "" };

/** Loads the function `a`, written in YAML's flow form. */
function load(written: string, mode: Config["mode"] = "production"): Config["functions"][number] {
  writeFileSync(join(folder, "offhook.yaml"), `functions: { a: ${written} }\n`);
  const [found] = loadConfig({ mode, environment: shell, folder }).functions;
  return found ?? assert.fail("there is no function");
}

function problemOf(written: string): string {
  try {
    load(written);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1).join(" | ").trim();
  }
  return assert.fail(`${written} was taken`);
}

describe("a function that is a program", () => {
  it("runs in the folder of the configuration, or in its own, where its program is looked for", () => {
    const own = load("{ command: [./bootstrap], folder: fn, handler: app.main }");
    assert.ok(own.kind === "command");
    assert.deepEqual([own.command, own.folder, own.handler], [["./bootstrap"], join(folder, "fn"), "app.main"]);

    const common = load('{ command: [fn/bootstrap, "1"] }');
    assert.ok(common.kind === "command");
    assert.deepEqual([common.command, common.folder, common.handler], [["fn/bootstrap", "1"], folder, "handler"]);
  });

  it("is none whose place holds none", () => {
    assert.match(problemOf("{ command: [./no] }"), /a\.command\[0\]: found ".\/no", but there is no program .*\/no$/);
    assert.match(problemOf("{ command: [fn/notes.txt] }"), /command\[0\]: .*there is no program .*notes\.txt$/);
    assert.match(problemOf("{ command: [./fn] }"), /there is no program/);
    assert.match(
      problemOf("{ command: [./bootstrap], folder: fun }"),
      /functions\.a\.folder: there is no folder .*\/fun$/,
    );
    assert.match(problemOf("{ command: ./bootstrap }"), /must be a list: write \["\.\/bootstrap"\]/);
    assert.match(problemOf("{ command: [] }"), /a list of at least 1/);
  });
});

/** Loads a whole configuration. */
function loadAll(text: string): Config {
  writeFileSync(join(folder, "offhook.yaml"), text);
  return loadConfig({ mode: "production", environment: {}, folder });
}

describe("a function's name", () => {
  it("takes a function by its ARN, whose Region is then that of the application", () => {
    const arn = "arn:aws:lambda:eu-west-2:111122223333:function:sma-handler:live";
    const config = loadAll(
      `functions: { "${arn}": { file: a.mjs, handler: main, timeoutSeconds: 3, environment: { A: "1" } } }
applications: [{ name: a, function: "${arn}" }, { name: b, function: sma-handler }]`,
    );

    const [written] = config.functions;
    assert.ok(written?.kind === "file");
    assert.deepEqual([written.name, written.arn, written.handler], ["sma-handler", arn, "main"]);
    assert.deepEqual([written.timeoutMs, written.environment], [3_000, { A: "1" }]);
    for (const { region, functionArn } of config.applications)
      assert.deepEqual([region, functionArn], ["eu-west-2", arn]);
  });
});

describe("a function on AWS Lambda", () => {
  it("is in the Region of its ARN, else of its own, else of the configuration", () => {
    const arn = "arn:aws:lambda:eu-central-1:111122223333:function:menu:live";
    for (const [written, region] of [
      [`{ lambda: "${arn}" }`, "eu-central-1"],
      [`{ lambda: "${arn}", region: us-west-2 }`, "us-west-2"],
      ["{ lambda: menu:live }", "us-east-1"],
    ] as const) {
      const found = load(written);
      assert.ok(found.kind === "lambda");
      assert.deepEqual([found.region, found.endpoint, found.showsLog], [region, undefined, false]);
    }
  });

  it("shows its log in development, and is left alone after failures unless told otherwise", () => {
    const found = load("{ lambda: menu, endpoint: http://127.0.0.1:3001/ }", "development");
    assert.ok(found.kind === "lambda");
    assert.deepEqual([found.showsLog, found.endpoint], [true, "http://127.0.0.1:3001"]);
    assert.deepEqual(found.circuit, { failures: 5, pauseMs: 10_000 });
    assert.equal(load("{ lambda: menu, circuit: { failures: 0 } }").circuit, undefined);
    assert.deepEqual(load("{ file: a.mjs, circuit: { pauseSeconds: 2 } }").circuit, { failures: 5, pauseMs: 2_000 });
    assert.equal(load("a.mjs").circuit, undefined);
  });

  it("may serve every ARN that has no entry of its own", () => {
    const arn = "arn:aws:lambda:eu-west-1:111122223333:function:survey:live";
    const config = loadAll(`functions: { "*": { lambda: "*" }, menu: a.mjs }
applications: [{ name: a, function: "${arn}" }, { name: b, function: menu }]`);
    assert.deepEqual(
      config.applications.map(({ region, functionArn }) => [region, functionArn]),
      [
        ["eu-west-1", arn],
        ["us-east-1", "arn:aws:lambda:us-east-1:000000000000:function:menu"],
      ],
    );
    for (const name of ["survey", "*", "arn:aws:s3:::x"]) {
      const text = `functions: { "*": { lambda: "*" } }\napplications: [{ name: a, function: "${name}" }]`;
      assert.throws(() => loadAll(text), /there is no function/);
    }
    assert.throws(() => loadAll('functions: { "*": a.mjs }'), /the entry "\*" has lambda: "\*"/);
    assert.match(problemOf('{ lambda: "*" }'), /the entry "\*" has lambda: "\*", and no other has/);
  });

  it("is none by a wrong name, and has no other keys", () => {
    assert.match(problemOf('{ lambda: "arn:aws:s3:::menu" }'), /a\.lambda: .*the name or ARN of a Lambda function/);
    assert.match(problemOf("{ lambda: menu, endpoint: 127.0.0.1 }"), /a\.endpoint: .*begins with http/);
    assert.match(
      problemOf("{ lambda: menu, handler: main }"),
      /a\.handler: it is for functions with file or command; /,
    );
  });
});

describe("a function behind a URL", () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;

  it("has secrets out of the configuration or a file, never in a problem", () => {
    writeFileSync(join(folder, "secrets"), `${secret}\n\n${secret}\n`);
    const found = load("{ url: https://calls.example.com/menu, secretsFile: secrets }");
    assert.ok(found.kind === "url");
    assert.deepEqual([found.url, found.secrets], ["https://calls.example.com/menu", [secret, secret]]);
    assert.deepEqual(load(`{ url: http://127.0.0.1:1, secrets: [${secret}] }`), {
      ...load("{ url: http://127.0.0.1:1 }"),
      secrets: [secret],
    });

    writeFileSync(join(folder, "secrets"), `${secret}\nhunter2\n`);
    const wrong = problemOf("{ url: https://a.example, secretsFile: secrets }");
    assert.match(wrong, /a\.secretsFile: line 2 is no secret/);
    assert.doesNotMatch(wrong + problemOf("{ url: https://a.example, secrets: [hunter2] }"), /hunter2/);
    assert.match(
      problemOf(`{ url: https://a.example, secrets: [${secret}], secretsFile: secrets }`),
      /only one of them/,
    );
    assert.match(problemOf("{ url: https://a.example, secretsFile: none }"), /secretsFile: .*none cannot be read/);
  });

  it("has a URL without a password, and authorities in PEM", () => {
    assert.match(problemOf("{ url: calls.example.com }"), /a\.url: found "calls\.example\.com", but it must be a URL/);
    assert.match(problemOf("{ url: ftp://a.example }"), /begins with http/);
    assert.match(problemOf("{ url: https://me:secret@a.example }"), /a\.url: .*a user name or a password/);
    assert.match(
      problemOf("{ url: https://a.example, authorities: a.mjs }"),
      /a\.authorities: .*no certificate in PEM/,
    );
    assert.match(problemOf("{ url: https://a.example, proxy: proxy.example }"), /a\.proxy: .*begins with http/);
  });

  it("is warned of when it is not signed, or not encrypted", () => {
    const warningsOf = (written: string) => {
      writeFileSync(join(folder, "offhook.yaml"), `functions: { a: ${written} }\n`);
      return loadConfig({ mode: "production", environment: {}, folder }).warnings.join(" | ");
    };
    assert.match(warningsOf("{ url: http://10.0.0.7/ }"), /"a" are not signed.*"a" go over the network as they are/);
    assert.equal(warningsOf("{ url: http://127.0.0.1:3000/ }"), "");
    assert.match(warningsOf("{ url: http://localhost/, fallback: a }".replace(", fallback: a", "")), /^$/);
  });
});

describe("what stands in for a function", () => {
  const problem = (functions: string) => {
    writeFileSync(join(folder, "offhook.yaml"), `functions: ${functions}\n`);
    try {
      return loadConfig({ mode: "production", environment: {}, folder }).warnings.join(" | ");
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("is another one that is there, and in no circle", () => {
    assert.match(problem("{ a: { file: a.mjs, fallback: b } }"), /functions\.a\.fallback: there is no function "b"/);
    assert.match(
      problem("{ a: { file: a.mjs, fallback: b }, b: { file: a.mjs, fallback: a } }"),
      /functions\.a\.fallback: its fallbacks go in a circle: a, b, a[^]*functions\.b\.fallback/,
    );
    assert.match(
      problem("{ a: { file: a.mjs, fallback: b }, b: a.mjs }"),
      /"a" has a fallback, which is not asked when it hangs/,
    );
    assert.equal(problem("{ a: { file: a.mjs, timeoutSeconds: 5, fallback: b }, b: a.mjs }"), "");
  });

  it("may be actions, which are checked as those of a reply", () => {
    const good = "[{ Type: Speak, Parameters: { Text: Sorry } }, { Type: Hangup }]";
    assert.equal(problem(`{ a: { file: a.mjs, fallbackActions: ${good} } }`), "");
    assert.match(
      problem("{ a: { file: a.mjs, fallbackActions: [{ Type: Hangup }, { Type: Speek }] } }"),
      /functions\.a\.fallbackActions\[1\]: Actions\[1\]\.Type: found "Speek", did you mean Speak\?/,
    );
    assert.match(problem("{ a: { file: a.mjs, fallbackActions: [{ Type: Speak, Parameters: {} }] } }"), /Text/);
    assert.match(problem("{ a: { file: a.mjs, fallbackActions: [] } }"), /a list of at least 1/);
  });
});

describe("what a function is", () => {
  it("is said by one key, and keys of others are refused by name", () => {
    assert.match(problemOf("{ timeoutSeconds: 3 }"), /one of the keys file, command, lambda, url; found none of them/);
    assert.match(problemOf("{ file: a.mjs, command: [node] }"), /one of the keys .*; found file and command/);
    assert.match(
      problemOf("{ file: a.mjs, folder: fn }"),
      /a\.folder: it is for functions with command; this one has file/,
    );
  });
});

describe("what a function has of the server's environment", () => {
  const inheritedBy = (written: string, mode?: Config["mode"]) => {
    const found = load(written, mode);
    return "inherited" in found ? found.inherited : assert.fail();
  };

  it("is nothing in production, and what begins with AWS_ in development", () => {
    assert.deepEqual(inheritedBy("a.mjs"), {});
    assert.deepEqual(inheritedBy("a.mjs", "development"), { AWS_PROFILE: "work", AWS_REGION: "eu-west-1" });
  });

  it("is what environment.inherit names, in both", () => {
    for (const mode of ["production", "development"] as const) {
      const named = '{ file: a.mjs, environment: { inherit: [TABLE, "HO*", NONE], OWN: "1" } }';
      assert.deepEqual(inheritedBy(named, mode), { HOME: "/homes/me", TABLE: "calls" });
      assert.deepEqual(inheritedBy("{ file: a.mjs, environment: { inherit: [] } }", mode), {});
      const { environment } = load(named, mode) as { environment?: object };
      assert.deepEqual(environment, { OWN: "1" });
    }
  });

  it("is refused where it is no list of names", () => {
    assert.match(problemOf("{ file: a.mjs, environment: { inherit: true } }"), /environment\.inherit: .*list/);
    assert.match(problemOf('{ file: a.mjs, environment: { inherit: ["*A"] } }'), /name of a variable.*AWS_\*/);
    assert.match(problemOf("{ file: a.mjs, environment: { A: 1 } }"), /write it in quotes, "1"/);
  });
});
