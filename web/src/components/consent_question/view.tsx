// "May we record this visit?" takes the letter's place, never a face's. Two buttons equal in size
// and colour; the words about saying no come before them.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ConsentAnswer, ConsentQuestion as Question, ConsentText, Participant, RecordingState } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { languageOf, text } from '../../text/text';
import { Button } from '../button/view';
import { Tag } from '../tag/view';
import './style.css';

export interface ConsentQuestionProps {
  question: Question;
  people: readonly Participant[];
  recording: RecordingState;
  /** Moves the focus here: only where nobody is typing. */
  takeFocus: boolean;
  /** With the language of the words that were read. */
  onAnswer: (answer: 'given' | 'refused', language: string | undefined) => Promise<void>;
}

/** Shown until this person has answered the text that is asked now. */
export const consentIsOpen = (question: Question) => question.asked && question.answer === 'none';

/** The words in the language of the page, else the site's first. */
const wordsOf = ({ texts }: Question): ConsentText | undefined =>
  texts.find(({ language }) => languageOf([language]) === text.code) ?? texts[0];

export function ConsentQuestion({ question, people, recording, takeFocus, onAnswer }: ConsentQuestionProps) {
  const [sending, setSending] = useState<'given' | 'refused' | null>(null);
  const [failed, setFailed] = useState(false);
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (takeFocus) section.current?.focus({ preventScroll: true });
  }, []);
  const words = wordsOf(question);
  const foreign = words && languageOf([words.language]) !== text.code ? words.language : undefined;
  const answer = (value: 'given' | 'refused') => {
    setSending(value);
    setFailed(false);
    onAnswer(value, words?.language)
      .catch(() => setFailed(true))
      .finally(() => setSending(null));
  };
  return (
    <section ref={section} class="ask" aria-labelledby="consent-title" tabIndex={-1} data-consent>
      <h2 id="consent-title">{text.consent.title}</h2>
      {words?.text.split(/\n+/).map((paragraph, index) => (
        <p key={index} lang={foreign}>
          {paragraph}
        </p>
      ))}
      <div class="equal">
        <Button busy={sending === 'given'} disabled={sending !== null} onClick={() => answer('given')}>
          {text.consent.yes}
        </Button>
        <Button busy={sending === 'refused'} disabled={sending !== null} onClick={() => answer('refused')}>
          {text.consent.no}
        </Button>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
      <ConsentAnswers people={people} recording={recording} asked />
      <p class="quiet">{text.consent.stopAny}</p>
    </section>
  );
}

interface ConsentAnswersProps {
  people: readonly Participant[];
  recording: RecordingState;
  /** The question is open for this person now. */
  asked?: boolean;
}

export function ConsentAnswers({ people, recording, asked = false }: ConsentAnswersProps) {
  return (
    <ul class="answers" aria-label={text.consent.answers}>
      {people.map((person) => (
        <li key={person.id}>
          {person.you ? <strong>{text.you}</strong> : <span>{shortName(person.name)}</span>}
          <AnswerTag answer={answerOf(person, recording)} asked={person.you && asked} />
        </li>
      ))}
    </ul>
  );
}

/** Staff see each answer. For everybody else it follows from whom the recording waits for. */
function answerOf(person: Participant, recording: RecordingState): ConsentAnswer | null {
  if (person.consent) return person.consent;
  if (recording.waiting_for.includes(person.id)) return 'none';
  return recording.state === 'asking' || recording.state === 'recording' ? 'given' : null;
}

function AnswerTag({ answer, asked }: { answer: ConsentAnswer | null; asked: boolean }) {
  const words = text.consent;
  switch (answer) {
    case 'given':
      return <Tag tone="done">{words.given}</Tag>;
    case 'refused':
      return <Tag>{words.refused}</Tag>;
    case 'withdrawn':
      return <Tag>{words.withdrawn}</Tag>;
    default:
      return <Tag>{asked ? words.now : words.none}</Tag>;
  }
}
