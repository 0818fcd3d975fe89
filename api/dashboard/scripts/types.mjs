// Client types from the OpenAPI document of the app: written, or with --check compared with what is there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const python = process.env.PYTHON ?? `${root}.venv/bin/python`;
const document = execFileSync(python, ["-m", "api.openapi"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
// a field with a default is always there in an answer: `defaultNonNullable` says so of bodies too, where it may be left out
const nodes = await openapiTS(JSON.parse(document), { defaultNonNullable: false, alphabetize: true });
const header = "// Made by `npm run types` from the OpenAPI document. Not to be edited.\n\n";
const made = header + astToString(nodes);
if (!process.argv.includes("--check")) {
  writeFileSync(target, made);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
  console.error("src/api/schema.d.ts is not what the OpenAPI document says: npm run types");
  process.exit(1);
}
