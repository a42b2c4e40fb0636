// Bundles every entry of src/entries into static files; the same sources give the same bytes.
import { build, context } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const entries = join(here, "src", "entries");
const out = join(here, "..", "src", "gridloop", "web", "static", "dist");
const mapLibrary = join(here, "node_modules", "maplibre-gl", "dist");

const options = {
  absWorkingDir: here,
  entryPoints: readdirSync(entries)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => ({ in: join(entries, name), out: basename(name, ".ts") })),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome87", "safari14.1", "firefox90"],
  // The build of the map library that needs no eval and no inline worker, as our content policy asks.
  alias: { "maplibre-gl": join(mapLibrary, "maplibre-gl-csp.js") },
  legalComments: "none",
  logLevel: "info",
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
// Without its last line, which names a map of the sources that is not shipped.
const worker = readFileSync(join(mapLibrary, "maplibre-gl-csp-worker.js"), "utf8");
writeFileSync(join(out, "map-worker.js"), worker.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
await build({ ...options, entryPoints: [{ in: join(mapLibrary, "maplibre-gl.css"), out: "map" }] });

if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
}
