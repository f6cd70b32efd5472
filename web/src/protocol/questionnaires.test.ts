import { expect, test } from 'vitest';
import { askedItems, crisisIn, headingAndHint, inWords, isWhole, questionScreens } from './questionnaires';
import type { Answer, Item, Questionnaire } from './questionnaires';

const item = (link_id: string, fields: Partial<Item> = {}): Item => ({
  link_id,
  type: 'choice',
  text: { en: link_id },
  parent: null,
  required: false,
  conditions: [],
  any: false,
  ...fields,
});

const questionnaire = (items: Item[]): Questionnaire => ({ id: 'q', url: 'urn:q', title: null, copyright: null, items, complete: false, answers: [], prefill: [] });
const given = (answers: Record<string, Answer>) => new Map(Object.entries(answers));
const ids = (items: Item[]) => items.map((one) => one.link_id);

const company = questionnaire([
  item('state', { meaning: 'place.state' }),
  item('company'),
  item('names', { type: 'text', conditions: [{ question: 'company', operator: '!=', value: 'alone' }] }),
  item('contact', { type: 'group' }),
  item('name', { type: 'text', parent: 'contact' }),
  item('phone', { type: 'text', parent: 'contact' }),
]);

test('a question whose condition does not hold is not asked', () => {
  expect(ids(askedItems(company, given({})))).not.toContain('names');
  expect(ids(askedItems(company, given({ company: { value: 'alone' } })))).not.toContain('names');
  expect(ids(askedItems(company, given({ company: { skipped: true } })))).not.toContain('names');
  expect(ids(askedItems(company, given({ company: { value: 'family' } })))).toContain('names');
});

test.each([
  ['exists', true, undefined, false],
  ['exists', false, undefined, true],
  ['=', 4, 4, true],
  ['!=', 4, 4, false],
  ['>', 4, 5, true],
  ['<', 4, 5, false],
  ['>=', 4, 4, true],
  ['<=', 4, 5, false],
] as const)('%s %s of %s: %s', (operator, value, said, asked) => {
  const two = questionnaire([item('a', { type: 'scale' }), item('b', { conditions: [{ question: 'a', operator, value }] })]);
  expect(ids(askedItems(two, given(said === undefined ? {} : { a: { value: said } }))).includes('b')).toBe(asked);
});

test('one condition of several, or all; and nothing in a group that is not asked', () => {
  const conditions = [
    { question: 'a', operator: 'exists', value: true },
    { question: 'b', operator: 'exists', value: true },
  ] as const;
  const asked = (any: boolean) =>
    ids(askedItems(questionnaire([item('a'), item('b'), item('g', { type: 'group', conditions: [...conditions], any }), item('c', { parent: 'g' })]), given({ a: { value: 'x' } })));
  expect(asked(true)).toContain('c');
  expect(asked(false)).not.toContain('c');
});

test('whole, when everything that is asked has been answered or skipped', () => {
  const most: Record<string, Answer> = { state: { value: 'US-MT' }, company: { value: 'alone' }, name: { skipped: true } };
  expect(isWhole(company, given(most))).toBe(false);
  expect(isWhole(company, given({ ...most, phone: { skipped: true } }))).toBe(true);
  expect(isWhole(company, given({ ...most, phone: { skipped: true }, company: { value: 'family' } }))).toBe(false);
});

test('one question a page; texts of one group together; where one is belongs elsewhere', () => {
  const screens = questionScreens([company], () => given({ company: { value: 'family' } }));
  expect(screens.map((one) => ids(one.items))).toEqual([['company'], ['names'], ['name', 'phone']]);
  expect(screens[2]?.before).toEqual([{ en: 'contact' }]);
});

test('what depends on an answer comes on a page of its own', () => {
  const conditions = [{ question: 'name', operator: 'exists', value: true } as const];
  const contact = questionnaire([item('contact', { type: 'group' }), item('name', { type: 'text', parent: 'contact' }), item('phone', { type: 'text', parent: 'contact', conditions })]);
  expect(questionScreens([contact], () => given({})).map((one) => ids(one.items))).toEqual([['name']]);
  expect(questionScreens([contact], () => given({ name: { value: 'Ana' } })).map((one) => ids(one.items))).toEqual([['name'], ['phone']]);
});

test('what is only said stands above the next question', () => {
  const [screen] = questionScreens([questionnaire([item('hello', { type: 'display' }), item('a')])], () => given({}));
  expect(screen?.before).toEqual([{ en: 'hello' }]);
});

test('words in the language of the page, else in the first', () => {
  expect(inWords({ en: 'Pain', es: 'Dolor' }, 'es')).toBe('Dolor');
  expect(inWords({ de: 'Schmerz' }, 'es')).toBe('Schmerz');
  expect(inWords(null, 'es')).toBe('');
  const list = [
    { language: 'en', words: 'a', number: '1' },
    { language: 'es-US', words: 'b', number: '2' },
  ];
  expect(crisisIn(list, 'es')?.number).toBe('2');
  expect(crisisIn(list, 'fr')?.number).toBe('1');
  expect(crisisIn([], 'en')).toBeNull();
});

test('a heading ends with its question mark', () => {
  expect(headingAndHint('How was it? Count everything.')).toEqual(['How was it?', 'Count everything.']);
  expect(headingAndHint('Feeling down')).toEqual(['Feeling down', '']);
});
