import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: a plain script without types
import { generate, outputPath, readSchema } from '../../scripts/generate_messages.mjs';

test('messages.ts is what the schema says (else: npm run generate)', () => {
  expect(readFileSync(outputPath, 'utf8')).toBe(generate(readSchema()));
});
