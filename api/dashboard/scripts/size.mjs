// The scripts that index.html loads, compressed: a page that opens slowly is not looked at.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 250 * 1024;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
if (!existsSync(`${dist}index.html`)) {
  console.error("nothing is built: npm run build");
  process.exit(1);
}
const html = readFileSync(`${dist}index.html`, "utf8");
const scripts = [...html.matchAll(/(?:src|href)="\/app\/([^"]+\.js)"/g)].map((found) => found[1]);
const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(dist + name)).length, 0);
const said = `initial script: ${(bytes / 1024).toFixed(1)} KiB of ${LIMIT_BYTES / 1024} (${scripts.length} files, gzip)`;
if (scripts.length === 0 || bytes > LIMIT_BYTES) {
  console.error(said);
  process.exit(1);
}
console.log(said);
