// Writes src/protocol/messages.ts from docs/signaling.schema.json, so that the compiler holds the
// client to the protocol. `npm run generate` writes it; a unit test says when it is out of date.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const schemaPath = fileURLToPath(new URL('../../docs/signaling.schema.json', import.meta.url));
export const outputPath = fileURLToPath(new URL('../src/protocol/messages.ts', import.meta.url));

const typeName = (definition) =>
  definition
    .split('_')
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join('');

const comment = (text, indent) => (text ? `${indent}/** ${text} */\n` : '');

function typeOf(schema, indent) {
  if (schema.$ref) return typeName(schema.$ref.replace('#/$defs/', ''));
  if ('const' in schema) return JSON.stringify(schema.const).replaceAll('"', "'");
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return choice.map((one) => typeOf(one, indent)).join(' | ');
  switch (schema.type) {
    case 'object':
      return objectType(schema, indent);
    case 'array': {
      const item = typeOf(schema.items, indent);
      return item.includes('|') ? `(${item})[]` : `${item}[]`;
    }
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    default:
      throw new Error(`the generator does not know ${JSON.stringify(schema)}`);
  }
}

function objectType(schema, indent) {
  const inner = `${indent}  `;
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(
    ([name, value]) =>
      `${comment(value.description, inner)}${inner}${name}${required.has(name) ? '' : '?'}: ${typeOf(value, inner)};\n`,
  );
  return `{\n${fields.join('')}${indent}}`;
}

/** The text of messages.ts for a schema. */
export function generate(schema) {
  const parts = [
    '// Generated from docs/signaling.schema.json by scripts/generate_messages.mjs (npm run generate).\n// Do not edit.\n',
    `export const SUBPROTOCOL = '${schema.$id}';\n`,
  ];
  for (const [name, definition] of Object.entries(schema.$defs)) {
    const declaration =
      definition.type === 'object'
        ? `export interface ${typeName(name)} ${objectType(definition, '')}\n`
        : `export type ${typeName(name)} = ${typeOf(definition, '')};\n`;
    parts.push(comment(definition.description, '') + declaration);
  }
  return parts.join('\n');
}

export const readSchema = () => JSON.parse(readFileSync(schemaPath, 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(outputPath, generate(readSchema()));
}
