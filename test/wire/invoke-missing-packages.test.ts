import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInvokeKit } from "./invoke-kit.ts";
import { skipWithoutPython } from "./python-needed.ts";

const skipFor = (file: string) => file.endsWith(".py") && skipWithoutPython;

describe("a package that Lambda brings along and this machine has not", () => {
  const handler = `export const handler = async () => 1;`;
  const cases: readonly (readonly [what: string, file: string, source: string, advice: RegExp])[] = [
    ["the old SDK by require", "a.js", `const AWS = require("aws-sdk");`, /npm install aws-sdk$/],
    [
      "a part of a client by require",
      "a.js",
      `const { S3Client } = require("@aws-sdk/client-s3/dist");`,
      /npm install @aws-sdk\/client-s3$/,
    ],
    [
      "a client by import",
      "a.mjs",
      `import { S3Client } from "@aws-sdk/client-s3"; ${handler}`,
      /npm install @aws-sdk\/client-s3$/,
    ],
    [
      "a client by import in TypeScript",
      "a.ts",
      `import { S3Client } from "@aws-sdk/client-s3"; new S3Client({}); ${handler}`,
      /install @aws-sdk\/client-s3$/,
    ],
    // A machine may have boto3: here it counts as missing.
    [
      "boto3 in Python",
      "a.py",
      `import sys\nsys.modules["boto3"] = None\nimport boto3\n`,
      /python\S* -m pip install boto3$/,
    ],
  ];
  for (const [what, file, source, advice] of cases) {
    it(`${what}: the failure says where to install it`, { skip: skipFor(file) }, async (test) => {
      const kit = await openInvokeKit(test, file, source);

      const { reason, message } = (await kit.call()) as { readonly reason: string; readonly message: string };

      assert.equal(reason, "init");
      assert.match(message, /Lambda brings along [^ ]+\. Here install it/);
      assert.match(message, advice);
    });
  }

  for (const [file, source, packages] of [
    [
      "a.mjs",
      `import "./b.cjs"; import { x } from "left-out/part"; import "@aws-sdk/client-chime"; import "node:fs";`,
      "aws-sdk left-out @aws-sdk/client-chime@3.699.0",
    ],
    [
      "a.py",
      "import os, left_out.part\ntry:\n    import optional\nexcept ImportError:\n    pass\nimport b\n",
      "left_out right_out",
    ],
  ] as const) {
    it(
      `${file}: all that is missing is named at once, in releases that have the calls`,
      { skip: skipFor(file) },
      async (test) => {
        const kit = await openInvokeKit(test, file, source);
        await kit.write("b.cjs", `require("aws-sdk"); require("path");`);
        await kit.write("b.py", `from right_out import x`);

        const { message } = (await kit.call()) as { readonly message: string };

        assert.deepEqual(
          /install (?!it)(.*)$/.exec(message)?.[1]?.split(" ").sort(),
          packages.split(" ").sort(),
          message,
        );
      },
    );
  }

  for (const [file, source] of [
    ["a.js", `exports.table = process.env.TABLE_NAME.toLowerCase(); exports.home = process.env.HOME;`],
    ["a.py", `import os\ntable = os.environ["TABLE_NAME"]`],
  ] as const) {
    it(`${file}: a variable that is not set is named`, { skip: skipFor(file) }, async (test) => {
      const kit = await openInvokeKit(test, file, source);

      const { message } = (await kit.call()) as { readonly message: string };

      assert.match(message, /TABLE_NAME/);
      assert.match(message, /environment/);
      assert.doesNotMatch(message, /HOME/);
    });
  }

  it("another package that is missing is only named", async (test) => {
    const kit = await openInvokeKit(test, "a.js", `require("left-out");`);

    const { message } = (await kit.call()) as { readonly message: string };

    assert.match(message, /Cannot find module 'left-out'/);
    assert.doesNotMatch(message, /Lambda brings/);
  });
});

describe("a handler that does not come up", () => {
  const cases: readonly (readonly [what: string, source: string, reported: RegExp])[] = [
    [
      "lacks several files",
      `import "./one.mjs"; import "../two.mjs"; import "left-out";`,
      /These files are missing: \.\/one\.mjs \(in a\.mjs\), \.\.\/two\.mjs \(in a\.mjs\)\. Here install .* left-out$/,
    ],
    ["imports CommonJS with a syntax error", `import "./faulty.cjs";`, /SyntaxError: .*faulty\.cjs, line 2\)$/],
    [
      "ends its process",
      `process.exit(0);`,
      /exit code 0: the file, or what it imports, ends the process while it loads/,
    ],
    [
      "awaits for ever",
      `await new Promise(() => {});`,
      /an await at the top of a file, or of what it imports, never ends/,
    ],
  ];
  for (const [what, source, reported] of cases) {
    it(`since it ${what} says so`, async (test) => {
      const kit = await openInvokeKit(test, "a.mjs", source);
      await kit.write("faulty.cjs", "const a = 1;\nfunction f( { return 2 }\n");

      const { reason, message } = (await kit.call()) as { readonly reason: string; readonly message: string };

      assert.equal(reason, "init");
      assert.match(message, reported);
    });
  }
});
