// A whole number on a scale: big numbers, and words for the points that have some.

import './style.css';

interface NumberScaleProps {
  name: string;
  label: string;
  minimum: number;
  maximum: number;
  anchors: readonly { value: number; words: string }[];
  value: number | null;
  wrong: string | null;
  onChoose: (value: number) => void;
}

export function NumberScale({ name, label, minimum, maximum, anchors, value, wrong, onChoose }: NumberScaleProps) {
  const points = Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index);
  const wordsOf = (point: number) => anchors.find((one) => one.value === point)?.words;
  return (
    <fieldset class="field" aria-describedby={wrong ? `${name}-wrong` : undefined}>
      <legend class="vh">{label}</legend>
      {wrong && (
        <p class="wrong" id={`${name}-wrong`} role="alert">
          {wrong}
        </p>
      )}
      <div class="scale">
        {points.map((point) => (
          <label key={point}>
            <input
              type="radio"
              name={name}
              value={point}
              aria-label={[String(point), wordsOf(point)].filter(Boolean).join(': ')}
              checked={point === value}
              onChange={() => onChoose(point)}
            />
            <span aria-hidden="true">{point}</span>
          </label>
        ))}
      </div>
      {anchors.length > 0 && (
        <ul class="anchors list" aria-hidden="true">
          {anchors.map((one) => (
            <li key={one.value}>
              <b>{one.value}</b> {one.words}
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
