// A birthday in three fields: everybody remembers one, and nobody has to scroll to 1955.

import { text } from '../../text/text';
import '../field/style.css';

export interface BirthDate {
  month: string;
  day: string;
  year: string;
}

export type BirthDateProblem = 'missing' | 'no_such_day';

/** "YYYY-MM-DD", or what is wrong. */
export function readBirthDate({ month, day, year }: BirthDate, now = new Date()): string | { problem: BirthDateProblem } {
  const numbers = [year, month, day].map((part) => Number.parseInt(part, 10));
  const [y, m, d] = numbers as [number, number, number];
  if (numbers.some(Number.isNaN)) return { problem: 'missing' };
  const date = new Date(Date.UTC(y, m - 1, d));
  const exists = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  if (!exists || y < 1890 || date.getTime() > now.getTime()) return { problem: 'no_such_day' };
  return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}

const months = (locale: string) =>
  Array.from({ length: 12 }, (_, month) =>
    new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2000, month, 15)),
  );

interface BirthDateFieldProps {
  value: BirthDate;
  onChange: (value: BirthDate) => void;
  wrong: string | null;
}

export function BirthDateField({ value, onChange, wrong }: BirthDateFieldProps) {
  const words = text.birthday;
  const described = wrong ? 'birthday-wrong' : undefined;
  const change = (fields: Partial<BirthDate>) => onChange({ ...value, ...fields });
  const digits = (input: string) => input.replace(/\D/g, '');
  return (
    <fieldset class="field">
      <legend class="vh">{words.title}</legend>
      {wrong && (
        <p class="wrong" id="birthday-wrong" role="alert">
          {wrong}
        </p>
      )}
      <div class="date">
        <div>
          <label for="birth-month">{words.month}</label>
          <select
            id="birth-month"
            class="input"
            autocomplete="bday-month"
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={described}
            value={value.month}
            onChange={(event) => change({ month: event.currentTarget.value })}
          >
            <option value="">{words.chooseMonth}</option>
            {months(text.locale).map((name, index) => (
              <option key={name} value={String(index + 1)}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="birth-day">{words.day}</label>
          <input
            id="birth-day"
            class="input"
            inputMode="numeric"
            autocomplete="bday-day"
            maxLength={2}
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={described}
            value={value.day}
            onInput={(event) => change({ day: digits(event.currentTarget.value) })}
          />
        </div>
        <div>
          <label for="birth-year">{words.year}</label>
          <input
            id="birth-year"
            class="input"
            inputMode="numeric"
            autocomplete="bday-year"
            maxLength={4}
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={described}
            value={value.year}
            onInput={(event) => change({ year: digits(event.currentTarget.value) })}
          />
        </div>
      </div>
    </fieldset>
  );
}
