// States and countries as people call them, for ISO 3166-2 codes.

import { inWords } from '../protocol/questionnaires';
import type { Worded } from '../protocol/questionnaires';
import { text } from './text';

/** The states, districts and territories of the United States; in Spanish where that has its own name. */
const american: Readonly<Record<string, readonly [english: string, spanish?: string]>> = {
  AL: ['Alabama'], AK: ['Alaska'], AS: ['American Samoa', 'Samoa Americana'], AZ: ['Arizona'], AR: ['Arkansas'],
  CA: ['California'], CO: ['Colorado'], CT: ['Connecticut'], DE: ['Delaware'], DC: ['District of Columbia', 'Distrito de Columbia'],
  FL: ['Florida'], GA: ['Georgia'], GU: ['Guam'], HI: ['Hawaii', 'Hawái'], ID: ['Idaho'], IL: ['Illinois'], IN: ['Indiana'], IA: ['Iowa'],
  KS: ['Kansas'], KY: ['Kentucky'], LA: ['Louisiana', 'Luisiana'], ME: ['Maine'], MD: ['Maryland'], MA: ['Massachusetts'], MI: ['Michigan'],
  MN: ['Minnesota'], MS: ['Mississippi', 'Misisipi'], MO: ['Missouri', 'Misuri'], MT: ['Montana'], NE: ['Nebraska'], NV: ['Nevada'],
  NH: ['New Hampshire', 'Nuevo Hampshire'], NJ: ['New Jersey', 'Nueva Jersey'], NM: ['New Mexico', 'Nuevo México'],
  NY: ['New York', 'Nueva York'], NC: ['North Carolina', 'Carolina del Norte'], ND: ['North Dakota', 'Dakota del Norte'],
  MP: ['Northern Mariana Islands', 'Islas Marianas del Norte'], OH: ['Ohio'], OK: ['Oklahoma'], OR: ['Oregon', 'Oregón'],
  PA: ['Pennsylvania', 'Pensilvania'], PR: ['Puerto Rico'], RI: ['Rhode Island'], SC: ['South Carolina', 'Carolina del Sur'],
  SD: ['South Dakota', 'Dakota del Sur'], TN: ['Tennessee', 'Tennessee'], TX: ['Texas', 'Texas'], UT: ['Utah'], VT: ['Vermont'],
  VI: ['U.S. Virgin Islands', 'Islas Vírgenes de EE. UU.'], VA: ['Virginia'], WA: ['Washington'], WV: ['West Virginia', 'Virginia Occidental'],
  WI: ['Wisconsin'], WY: ['Wyoming'],
};

const statesOf = (country: string): string[] => (country === 'US' ? Object.keys(american).map((part) => `US-${part}`) : []);

function countryName(country: string): string {
  try {
    return new Intl.DisplayNames(text.locale, { type: 'region' }).of(country) ?? country;
  } catch {
    return country;
  }
}

/** XX, which ISO 3166-1 leaves to its users, is in none of the places that a site asks for. */
export const isElsewhere = (code: string): boolean => code.startsWith('XX-');

/** "US-MT" is "Montana", "FR-75" is "Francia, 75" or "France, 75". */
export function placeName(code: string): string {
  if (isElsewhere(code)) return text.emergency.elsewhere;
  const [country = '', part = ''] = code.split('-');
  const names = country === 'US' ? american[part] : undefined;
  if (names) return text.code === 'es' ? (names[1] ?? names[0]) : names[0];
  return part ? `${countryName(country)}, ${part}` : countryName(country);
}

/** The names of places by their codes: those of a site, "US-*" being all of a country, in its own words where it has them; else the American states. */
export function placesOf(site: readonly { state: string; words: Worded | null }[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { state, words } of site) {
    const codes = state.endsWith('-*') ? statesOf(state.slice(0, -2)) : [state];
    for (const code of codes) if (!places.has(code)) places.set(code, inWords(words, text.code) || placeName(code));
  }
  return places.size > 0 ? places : new Map(statesOf('US').map((code) => [code, placeName(code)]));
}
