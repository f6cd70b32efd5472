// What somebody answered before the visit, once more: each answer with a way to change it. The place in the waiting room is
// kept meanwhile.

import { useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import { Note } from '../components/note/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import type { AnswerKeeper } from '../protocol/answer_keeper';
import { answerIn, inWords, isPlace, questionScreens } from '../protocol/questionnaires';
import type { Item, Questionnaire, Screen } from '../protocol/questionnaires';
import { text } from '../text/text';
import { placeOf, PlacePage } from './place';
import { headingOf, OneQuestionPage } from './questions';
import './answers.css';

interface AnswersPageProps {
  keeper: AnswerKeeper;
  clinic: Clinic | null;
  onDone: () => void;
}

const PLACE = 'place';

export function AnswersPage({ keeper, clinic, onDone }: AnswersPageProps) {
  const [open, setOpen] = useState<string | null>(null);
  const close = () => setOpen(null);
  const screens = questionScreens(keeper.asked.questionnaires, keeper.of);
  const screen = screens.find(({ key }) => key === open);
  if (open === PLACE) return <PlacePage keeper={keeper} clinic={clinic} position={null} onDone={close} />;
  if (screen) return <OneQuestionPage key={screen.key} keeper={keeper} clinic={clinic} screen={screen} onDone={close} />;
  return <AnswerList keeper={keeper} clinic={clinic} screens={screens} onChange={setOpen} onDone={onDone} />;
}

interface AnswerListProps extends AnswersPageProps {
  screens: readonly Screen[];
  onChange: (key: string) => void;
}

function AnswerList({ keeper, clinic, screens, onChange, onDone }: AnswerListProps) {
  const words = text.answers;
  const place = placeOf(keeper);
  useDocument(words.title);
  return (
    <PageFrame page="answers" clinic={clinic}>
      <PageHeading>{words.title}</PageHeading>
      <p>{words.text}</p>
      {keeper.pending && (
        <Note icon="waves" tone="attend">
          <p role="status">{text.questions.notSaved}</p>
        </Note>
      )}
      <dl class="answers-list">
        {place && <Row heading={words.place} said={saidOf(keeper, place, place.items.filter(isPlace))} onChange={() => onChange(PLACE)} />}
        {screens.map(({ key, questionnaire, ...screen }) => (
          <Row key={key} heading={headingOf({ key, questionnaire, ...screen })[0]} said={saidOf(keeper, questionnaire, screen.items)} onChange={() => onChange(key)} />
        ))}
      </dl>
      <Button kind="go" big wide onClick={onDone}>
        {words.back}
      </Button>
    </PageFrame>
  );
}

function Row({ heading, said, onChange }: { heading: string; said: string; onChange: () => void }) {
  const words = text.answers;
  return (
    <div>
      <dt>{heading}</dt>
      <dd class={said ? 'said' : 'quiet'}>{said || words.none}</dd>
      <dd>
        <Button label={words.changeNamed({ question: heading })} onClick={onChange}>
          {words.change}
        </Button>
      </dd>
    </div>
  );
}

/** In words, a line for each; what was skipped or never asked is not there. */
const saidOf = (keeper: AnswerKeeper, questionnaire: Questionnaire, items: readonly Item[]): string =>
  items.map((item) => answerWords(item, keeper, questionnaire)).filter(Boolean).join('\n');

function answerWords(item: Item, keeper: AnswerKeeper, questionnaire: Questionnaire): string {
  const value = keeper.of(questionnaire.id).get(item.link_id)?.value;
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? text.questions.yes : text.questions.no;
  const option = inWords(answerIn(item, value), text.code);
  return typeof value === 'number' && option ? `${String(value)}: ${option}` : option || String(value);
}
