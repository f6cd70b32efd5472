// The catalogue in use. One language so far: the type of `en` is what another one must fill.

import { en } from './en';
import type { Text } from './en';
import type { Role } from '../protocol/messages';

export const text: Text = en;

export const roleWord = (role: string): string => text.roles[role as Role] ?? role.replaceAll('_', ' ');

/** The relation in the words of the gateway ("your daughter"), else the role. */
export const relationOf = (person: { role: Role; relation?: string }): string =>
  person.relation || roleWord(person.role);
