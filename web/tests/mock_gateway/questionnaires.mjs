// The questionnaires of deploy/, as the gateway gives them to a page (docs/http-api.md).

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const rules = JSON.parse(await readFile(`${folder}screening-rules.json`, 'utf8'));
const audiences = { patient: 'Patient', caregiver: 'RelatedPerson' };

export const { crisis } = rules;

const known = {
  address: '118 Larkspur Lane, Hamilton, MT 59840',
  phone: '+1 406 555 0101',
  'contact-name': 'Ana Alder (daughter)',
  'contact-phone': '+1 406 555 0102',
};

const translations = (element) =>
  (element?.extension ?? []).map(({ extension }) => [extension.find((one) => one.url === 'lang').valueCode, extension.find((one) => one.url === 'content').valueString]);
const worded = (object, name) => (object[name] ? { en: object[name], ...Object.fromEntries(translations(object[`_${name}`])) } : null);
const extensionOf = (item, name) => item.extension?.filter((one) => one.url.endsWith(name)) ?? [];

const types = { integer: 'scale', string: 'text' };

function optionsOf(item) {
  if (item.type === 'choice') return item.answerOption.map(({ valueCoding }) => ({ value: valueCoding.code, text: worded(valueCoding, 'display') }));
  return extensionOf(item, 'scale-anchor').map(({ extension }) => ({
    value: extension.find((one) => one.url === 'value').valueInteger,
    text: worded({ ...extension.find((one) => one.url === 'label') }, 'valueString'),
  }));
}

const conditionOf = ({ question, operator, ...answer }) => {
  const value = answer.answerCoding?.code ?? answer.answerInteger ?? answer.answerBoolean;
  return { question, operator, value };
};

function* flat(items, parent = null) {
  for (const item of items ?? []) {
    const type = types[item.type] ?? item.type;
    yield {
      link_id: item.linkId,
      type,
      text: worded(item, 'text'),
      parent,
      required: item.required === true,
      conditions: (item.enableWhen ?? []).map(conditionOf),
      any: item.enableBehavior === 'any',
      meaning: item.code?.find((one) => one.system === 'urn:bedside:screening-meaning')?.code,
      ...(type === 'choice' || type === 'scale' ? { options: optionsOf(item) } : {}),
      ...(type === 'scale' ? { minimum: 0, maximum: extensionOf(item, 'maxValue')[0].valueInteger } : {}),
      ...(type === 'text' ? { length_max: item.maxLength ?? 2000 } : {}),
    };
    yield* flat(item.item, item.linkId);
  }
}

export async function askedOf(role, answers) {
  const names = (await readdir(`${folder}questionnaires`)).sort();
  const documents = await Promise.all(names.map(async (name) => JSON.parse(await readFile(`${folder}questionnaires/${name}`, 'utf8'))));
  return documents
    .filter((one) => one.subjectType.includes(audiences[role]))
    .map((one) => {
      const items = [...flat(one.item)];
      const given = items.filter(({ link_id }) => answers[link_id]).map(({ link_id }) => ({ link_id, ...answers[link_id] }));
      return {
        id: one.name,
        url: one.url,
        version: one.version,
        title: worded(one, 'title'),
        copyright: worded(one, 'copyright'),
        items,
        started: given.length > 0,
        complete: false,
        answers: given,
        prefill: items.filter(({ link_id }) => known[link_id]).map(({ link_id }) => ({ link_id, value: known[link_id] })),
      };
    });
}

/** As the delivered rules have it for the two scales. */
export function followOf(answers) {
  const value = answers.find((one) => one.link_id === 'distress')?.value ?? 0;
  return value >= 8 ? 'crisis' : value >= 4 ? 'alert' : 'nothing';
}
