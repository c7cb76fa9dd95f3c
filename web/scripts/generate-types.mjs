// Writes src/generated/messages.ts from the JSON Schemas in spec/schema; with --check fails when it is not current.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const schemas = join(root, "spec", "schema");
const target = join(root, "web", "src", "generated", "messages.ts");

/** Collects every named object and enumeration of all schema files; two files must agree on a name. */
function collectDefinitions() {
  const found = new Map();
  for (const file of readdirSync(schemas).filter((name) => name.endsWith(".json")).sort()) {
    const { $defs = {}, ...top } = JSON.parse(readFileSync(join(schemas, file), "utf8"));
    const named = Object.entries($defs);
    if (top.type === "object" && top.properties) named.push([top.title, top]);
    for (const [name, schema] of named) {
      const text = renderDefinition(name, schema);
      if (found.has(name) && found.get(name) !== text) throw new Error(`${file}: ${name} differs from another schema`);
      found.set(name, text);
    }
  }
  return [...found.keys()].sort().map((name) => found.get(name));
}

function renderDefinition(name, schema) {
  const comment = schema.description ? `/** ${schema.description.replaceAll("\n", "\n * ")} */\n` : "";
  if (schema.type !== "object") return `${comment}export type ${name} = ${renderType(schema)};\n`;
  // Sargas writes every field, also those a writer may leave out: none is optional to a reader.
  const fields = Object.entries(schema.properties ?? {}).map(([field, type]) => {
    const note = type.description ? `  /** ${type.description} */\n` : "";
    return `${note}  readonly ${field}: ${renderType(type)};\n`;
  });
  return `${comment}export interface ${name} {\n${fields.join("")}}\n`;
}

function renderType(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map(renderType).join(" | ");
  if (schema.type === "array") return renderArray(schema);
  if (schema.type === "object") return `Readonly<Record<string, ${renderType(schema.additionalProperties)}>>`;
  return { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" }[schema.type];
}

function renderArray(schema) {
  if (schema.prefixItems) return `readonly [${schema.prefixItems.map(renderType).join(", ")}]`;
  const item = renderType(schema.items ?? {});
  return item.includes("|") || item.startsWith("readonly") ? `readonly (${item})[]` : `readonly ${item}[]`;
}

const text = `// Made from spec/schema by scripts/generate-types.mjs: do not edit.\n\n${collectDefinitions().join("\n")}`;
const current = existsSync(target) && readFileSync(target, "utf8") === text;
if (process.argv.includes("--check")) {
  if (!current) {
    console.error("src/generated/messages.ts is not current: run node scripts/generate-types.mjs");
    process.exit(1);
  }
} else if (!current) {
  writeFileSync(target, text);
}
