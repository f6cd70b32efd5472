// "What do you want to ask?": one's own questions as a list, with some that people often ask.

import { useState } from 'preact/hooks';
import { text } from '../../text/text';
import { Button } from '../button/view';
import '../field/style.css';
import './style.css';

interface QuestionListProps {
  questions: readonly string[];
  /** Bytes of all of them, as the gateway counts. */
  lengthMax: number;
  onChange: (questions: string[]) => void;
}

const bytesOf = (words: string) => new TextEncoder().encode(words).length;

export function QuestionList({ questions, lengthMax, onChange }: QuestionListProps) {
  const words = text.questions;
  const [own, setOwn] = useState('');
  const [full, setFull] = useState(false);
  const add = (question: string): boolean => {
    const said = question.replace(/\s+/g, ' ').trim();
    const next = [...questions, said];
    const fits = bytesOf(next.join('\n')) <= lengthMax;
    setFull(!fits);
    if (said && fits && !questions.includes(said)) onChange(next);
    return fits;
  };
  const suggestions = Object.values(words.often).filter((one) => !questions.includes(one));
  return (
    <>
      <section class="stack tight" aria-labelledby="my-questions">
        <h2 id="my-questions">{words.mine({ count: questions.length })}</h2>
        {questions.length > 0 && (
          <ol class="asked">
            {questions.map((one, index) => (
              <li key={one}>
                <span class="number" aria-hidden="true">
                  {index + 1}
                </span>
                <span>{one}</span>
                <Button kind="plain" label={words.removeNamed({ question: one })} onClick={() => onChange(questions.filter((other) => other !== one))}>
                  {words.remove}
                </Button>
              </li>
            ))}
          </ol>
        )}
        <p class="vh" aria-live="polite">
          {words.mine({ count: questions.length })}
        </p>
      </section>
      <form
        class="field"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (add(own)) setOwn('');
        }}
      >
        <label for="own-question">{words.own}</label>
        <textarea id="own-question" class="input" rows={3} value={own} aria-describedby={full ? 'own-question-full' : undefined} onInput={(event) => setOwn(event.currentTarget.value)} />
        {full && (
          <p class="wrong" id="own-question-full" role="alert">
            {words.full}
          </p>
        )}
        <p>
          <Button type="submit">{words.add}</Button>
        </p>
      </form>
      {suggestions.length > 0 && (
        <section class="stack tight" aria-labelledby="often-asked">
          <h2 id="often-asked">{words.oftenTitle}</h2>
          <ul class="often list">
            {suggestions.map((one) => (
              <li key={one}>
                <Button label={words.addNamed({ question: one })} onClick={() => add(one)}>
                  <span aria-hidden="true">+</span> {one}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
