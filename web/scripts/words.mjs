// The catalogues of visible words, src/text/catalogues/*.json: ICU MessageFormat, one file for each
// language. They are compiled when the pages are built, so that browsers load finished sentences.
//
//   node scripts/words.mjs     writes src/text/words.ts, the type that every catalogue has to fill

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import MessageFormat from '@messageformat/core';
import { parse } from '@messageformat/parser';

const folder = new URL('../src/text/catalogues/', import.meta.url);
export const outputPath = fileURLToPath(new URL('../src/text/words.ts', import.meta.url));

export const languages = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''));

export const readCatalogue = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));

/** Parameters of a message: name to 'number' or 'text'. */
export function parametersOf(message) {
  const found = {};
  const walk = (tokens) => {
    for (const token of tokens) {
      if (token.type === 'plural' || token.type === 'selectordinal') found[token.arg] = 'number';
      else if (token.type === 'argument' || token.type === 'select') found[token.arg] ??= 'text';
      else if (token.type === 'function') throw new Error(`no formatter: ${token.key}`);
      for (const choice of token.cases ?? []) walk(choice.tokens);
    }
  };
  walk(parse(message));
  return found;
}

const isMessage = (value) => typeof value === 'string';
const hasParameters = (message) => Object.keys(parametersOf(message)).length > 0;
const quoteKey = (key) => (/^[A-Za-z_]\w*$/.test(key) ? key : `'${key}'`);

// ---- compiling ----

function compileValue(format, value) {
  if (isMessage(value)) {
    const compiled = format.compile(value);
    return hasParameters(value) ? compiled.toString() : JSON.stringify(compiled());
  }
  if (Array.isArray(value)) return `[${value.map((one) => compileValue(format, one)).join(',')}]`;
  const members = Object.entries(value).map(([key, one]) => `${quoteKey(key)}:${compileValue(format, one)}`);
  return `{${members.join(',')}}`;
}

/** The source of a module whose default export is the catalogue, ready to be called. */
export function compileCatalogue(language, catalogue) {
  const format = new MessageFormat(language);
  return `import { number, plural, select } from '@messageformat/runtime';
import { ${language} } from '@messageformat/runtime/lib/cardinals';
void [number, plural, select, ${language}];
export default ${compileValue(format, catalogue)};
`;
}

// ---- the type ----

function typeOf(value, indent) {
  if (isMessage(value)) {
    const parameters = Object.entries(parametersOf(value));
    if (parameters.length === 0) return 'string';
    const fields = parameters.map(([name, kind]) => `${name}: ${kind === 'number' ? 'number' : 'string | number'}`);
    return `(of: { ${fields.join('; ')} }) => string`;
  }
  if (Array.isArray(value)) {
    const items = [...new Set(value.map((one) => typeOf(one, indent)))];
    return `readonly ${items.length === 1 ? `${items[0].startsWith('readonly') ? `(${items[0]})` : items[0]}[]` : `(${items.join(' | ')})[]`}`;
  }
  const inner = `${indent}  `;
  const members = Object.entries(value).map(([key, one]) => `${inner}${quoteKey(key)}: ${typeOf(one, inner)};\n`);
  return `{\n${members.join('')}${indent}}`;
}

export const typesOf = (catalogue) =>
  `// Made by \`npm run generate\` from catalogues/en.json. Do not edit.

export interface Words ${typeOf(catalogue, '')}
`;

// ---- comparing ----

/** What keeps `other` from standing in for `base`: a list of sentences, empty when nothing does. */
export function findProblems(base, other, path = '') {
  const at = path || 'the catalogue';
  if (isMessage(base)) {
    if (!isMessage(other)) return [`${at}: a text belongs here`];
    if (other.trim() === '' && base.trim() !== '') return [`${at}: empty`];
    let mine;
    try {
      mine = JSON.stringify(Object.entries(parametersOf(other)).sort());
    } catch (error) {
      return [`${at}: ${error.message}`];
    }
    const theirs = JSON.stringify(Object.entries(parametersOf(base)).sort());
    return mine === theirs ? [] : [`${at}: takes ${mine}, but ${theirs} is given`];
  }
  if (Array.isArray(base)) {
    if (!Array.isArray(other)) return [`${at}: a list belongs here`];
    // Steps may be more or fewer in another language; words and emphasised words take turns.
    return other.flatMap((one, index) => findProblems(base[index] ?? base[0], one, `${path}[${index}]`));
  }
  if (typeof other !== 'object' || other === null || Array.isArray(other)) return [`${at}: an object belongs here`];
  const join = (key) => (path ? `${path}.${key}` : key);
  return [
    ...Object.keys(base).flatMap((key) => (key in other ? findProblems(base[key], other[key], join(key)) : [`${join(key)}: missing`])),
    ...Object.keys(other).flatMap((key) => (key in base ? [] : [`${join(key)}: nobody asks for it`])),
  ];
}

// ---- Vite ----

/** Sections that only some pages read: they are loaded with those (bringWords() in src/text/text.ts). */
export const laterSections = {
  staff: ['board', 'casePage', 'desk', 'helper', 'licence', 'practice', 'screening', 'signIn'],
  device: ['check', 'help', 'helped'],
};

/** The sections of a part; without one those that are there from the beginning. */
export function partOf(catalogue, part) {
  const later = Object.values(laterSections).flat();
  const belongs = (section) => (part ? laterSections[part].includes(section) : !later.includes(section));
  return Object.fromEntries(Object.entries(catalogue).filter(([section]) => belongs(section)));
}

const RESOLVED = '\0words:';

/** Compiles `catalogues/<language>.json?words` and, of a part, `catalogues/<language>.json?words-<part>`. */
export function wordsPlugin() {
  return {
    name: 'words',
    enforce: 'pre',
    resolveId(id) {
      const asked = /\/catalogues\/([a-z]{2,3})\.json\?words(?:-([a-z]+))?$/.exec(id);
      return asked ? `${RESOLVED}${asked[1]}:${asked[2] ?? ''}` : undefined;
    },
    load(id) {
      if (!id.startsWith(RESOLVED)) return undefined;
      const [language, part] = id.slice(RESOLVED.length).split(':');
      this.addWatchFile(fileURLToPath(new URL(`${language}.json`, folder)));
      return compileCatalogue(language, partOf(readCatalogue(language), part));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(outputPath, typesOf(readCatalogue('en')));
