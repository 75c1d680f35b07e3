import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openInvokeKit } from "./invoke-kit.ts";
import { skipWithoutPython } from "./python-needed.ts";

describe("a handler in a folder, named as deployment templates name it", () => {
  for (const handler of ["handler", "app.handler", "src/app.handler"]) {
    it(`JavaScript: ${handler}`, async (test) => {
      const kit = await openInvokeKit(test, "src/app.js", `exports.handler = (e, c, done) => done(null, e.n);`, {
        handler,
      });

      assert.equal(await kit.call({ n: 7 }), 7);
    });
  }

  for (const [title, handler, source, isPackage] of [
    ["a relative import in a package", "handler", "from .reply import got", true],
    ["an import by the package's name", "handler", "from src.reply import got", true],
    ["imports of its folder's files in a package", "handler", "import reply\ngot = reply.got", true],
    ["src.app.handler, the folder by a dot", "src.app.handler", "from src.reply import got", false],
    ["src/app.handler, the folder by a slash", "src/app.handler", "from .reply import got", false],
    ["app.handler, the file alone, in a package", "app.handler", "from .reply import got", true],
  ] as const) {
    it(`Python: ${title}`, { skip: skipWithoutPython }, async (test) => {
      const main = `${source}\nhandler = lambda event, context: got(event)\n`;
      const kit = await openInvokeKit(test, "src/app.py", main, { handler });
      await kit.write("src/reply.py", `def got(event):\n    return event["n"]\n`);
      if (isPackage) await kit.write("src/__init__.py", "");

      assert.equal(await kit.call({ n: 7 }), 7);
    });
  }
});
