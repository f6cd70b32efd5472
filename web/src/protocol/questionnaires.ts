// What people are asked before a visit, as the gateway says it (docs/http-api.md), and which questions
// are asked given the answers: the same rules as the gateway's. No DOM.

export type Worded = Readonly<Record<string, string>>;
export type Value = string | number | boolean;

export type Meaning =
  | 'place.address'
  | 'place.state'
  | 'place.phone'
  | 'contact.name'
  | 'contact.phone'
  | 'company'
  | 'questions';

export interface Condition {
  question: string;
  operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
  value: Value;
}

export interface Item {
  link_id: string;
  type: 'group' | 'display' | 'choice' | 'scale' | 'boolean' | 'text';
  text: Worded | null;
  parent: string | null;
  required: boolean;
  conditions: Condition[];
  any: boolean;
  meaning?: Meaning;
  options?: { value: string | number; text: Worded | null }[];
  minimum?: number;
  maximum?: number;
  length_max?: number;
}

export interface Answer {
  value?: Value;
  skipped?: true;
}

export interface Questionnaire {
  id: string;
  url: string;
  title: Worded | null;
  copyright: Worded | null;
  items: Item[];
  complete: boolean;
  answers: ({ link_id: string } & Answer)[];
  prefill: ({ link_id: string } & Answer)[];
}

/** Whom to call at any hour. */
export interface Crisis {
  language: string;
  words: string;
  number: string;
}

export interface Asked {
  questionnaires: Questionnaire[];
  crisis: Crisis[];
}

export type Follow = 'nothing' | 'alert' | 'crisis';

export type Answers = ReadonlyMap<string, Answer>;

export const isQuestion = (item: Item): boolean => item.type !== 'group' && item.type !== 'display';
export const isPlace = (item: Item): boolean => item.meaning?.startsWith('place.') === true;

/** The words in a language, else the document's own (the first). */
export const inWords = (words: Worded | null | undefined, language: string): string =>
  words ? (words[language] ?? Object.values(words)[0] ?? '') : '';

/** The words of the choice that was made, where there are some. */
export const answerIn = (item: Pick<Item, 'options'>, value: Value): Worded | null => item.options?.find((one) => one.value === value)?.text ?? null;

export const crisisIn = (list: readonly Crisis[], language: string): Crisis | null =>
  list.find((one) => one.language.split('-')[0] === language) ?? list[0] ?? null;

function holds({ operator, value }: Condition, answer: Answer | undefined): boolean {
  const given = answer?.value;
  if (operator === 'exists') return (given !== undefined) === value;
  if (given === undefined) return false;
  switch (operator) {
    case '=':
      return given === value;
    case '!=':
      return given !== value;
    case '>':
      return given > value;
    case '<':
      return given < value;
    case '>=':
      return given >= value;
    case '<=':
      return given <= value;
  }
}

/** The items that are asked, in their order: an answer to what is not asked counts for nothing. */
export function askedItems({ items }: Pick<Questionnaire, 'items'>, answers: Answers): Item[] {
  const asked = new Map<string, Item>();
  for (const item of items) {
    const held = item.conditions.filter((one) => holds(one, asked.has(one.question) ? answers.get(one.question) : undefined)).length;
    const wanted = item.conditions.length === 0 || (item.any ? held > 0 : held === item.conditions.length);
    if (wanted && (item.parent === null || asked.has(item.parent))) asked.set(item.link_id, item);
  }
  return [...asked.values()];
}

/** Whether the person has said something, or skipped, wherever they are asked. */
export const isWhole = (questionnaire: Pick<Questionnaire, 'items'>, answers: Answers): boolean =>
  askedItems(questionnaire, answers).every((item) => !isQuestion(item) || answers.has(item.link_id));

/** One page: a question, or a group of short texts that belong together. */
export interface Screen {
  key: string;
  questionnaire: Questionnaire;
  /** Words that stand above: of the group, and what is only said. */
  before: Worded[];
  items: Item[];
}

function screensOf(questionnaire: Questionnaire, answers: Answers, wanted: (item: Item) => boolean): Screen[] {
  const screens: Screen[] = [];
  const asked = askedItems(questionnaire, answers);
  const find = (id: string | null) => (id === null ? undefined : asked.find((one) => one.link_id === id));
  let said: Worded[] = [];
  for (const item of asked) {
    if (item.type === 'display' && item.text) said.push(item.text);
    if (!isQuestion(item) || !wanted(item)) continue;
    const above: Worded[] = [];
    for (let group = find(item.parent); group; group = find(group.parent)) if (group.text) above.unshift(group.text);
    const last = screens.at(-1);
    // What depends on an answer comes on a page of its own, after that answer.
    if (last && item.type === 'text' && item.conditions.length === 0 && item.parent !== null && last.items[0]?.type === 'text' && last.items[0].parent === item.parent) {
      last.items.push(item);
    } else {
      screens.push({ key: `${questionnaire.id} ${item.link_id}`, questionnaire, before: [...above, ...said], items: [item] });
    }
    said = [];
  }
  return screens;
}

/** Every page of questions but those about where the person is. */
export const questionScreens = (asked: readonly Questionnaire[], answersOf: (id: string) => Answers): Screen[] =>
  asked.flatMap((one) => screensOf(one, answersOf(one.id), (item) => !isPlace(item)));

/** "How heavy was it? Count everything." is a heading and a hint. */
export function headingAndHint(words: string): [heading: string, hint: string] {
  const end = words.indexOf('? ');
  return end < 0 ? [words, ''] : [words.slice(0, end + 1), words.slice(end + 2)];
}
