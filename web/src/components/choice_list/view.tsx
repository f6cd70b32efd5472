// One of a few, each a whole line that can be tapped.

import './style.css';

export interface Choice {
  value: string;
  words: string;
  note?: string;
}

interface ChoiceListProps {
  name: string;
  /** The question, for who does not see the heading. */
  label: string;
  choices: readonly Choice[];
  value: string | null;
  wrong: string | null;
  onChoose: (value: string) => void;
}

export function ChoiceList({ name, label, choices, value, wrong, onChoose }: ChoiceListProps) {
  const described = wrong ? `${name}-wrong` : undefined;
  return (
    <fieldset class="field" aria-describedby={described}>
      <legend class="vh">{label}</legend>
      {wrong && (
        <p class="wrong" id={`${name}-wrong`} role="alert">
          {wrong}
        </p>
      )}
      <div class="choices">
        {choices.map((one) => (
          <label key={one.value} class={one.note ? 'choice noted' : 'choice'}>
            <input type="radio" name={name} value={one.value} checked={one.value === value} onChange={() => onChoose(one.value)} />
            <span>
              {one.words}
              {one.note && <small>{one.note}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
