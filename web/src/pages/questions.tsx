// One question a page, from the site's questionnaires: big choices, a scale with words, a list of one's
// own questions. Each answer is kept as soon as it is given; a reload goes on at the first open one.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import { ChoiceList } from '../components/choice_list/view';
import { Note } from '../components/note/view';
import { NumberScale } from '../components/number_scale/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { QuestionList } from '../components/question_list/view';
import { StepLine } from '../components/step_line/view';
import type { AnswerKeeper, Outcome } from '../protocol/answer_keeper';
import { crisisIn, headingAndHint, inWords, questionScreens } from '../protocol/questionnaires';
import type { Answer, Item, Screen, Value } from '../protocol/questionnaires';
import { text } from '../text/text';
import { soon } from './place';
import { SentenceWithNumber } from './sentence_with_number';
import type { Position } from './way_in';
import '../components/field/style.css';
import './questions.css';

interface QuestionsPageProps {
  keeper: AnswerKeeper;
  clinic: Clinic | null;
  position: Position | null;
  onDone: () => void;
}

/** The last answers are worth a longer wait: behind them is the waiting room. */
const LAST_PATIENCE_MS = 12_000;

const screensFor = (keeper: AnswerKeeper): Screen[] => questionScreens(keeper.asked.questionnaires, keeper.of);

const isOpen = (keeper: AnswerKeeper, screen: Screen): boolean =>
  screen.items.some((one) => !keeper.of(screen.questionnaire.id).has(one.link_id));

export const hasOpenQuestions = (keeper: AnswerKeeper): boolean => screensFor(keeper).some((one) => isOpen(keeper, one));

export function QuestionsPage({ keeper, clinic, position, onDone }: QuestionsPageProps) {
  const screens = screensFor(keeper);
  const [key, setKey] = useState(() => screens.find((one) => isOpen(keeper, one))?.key ?? null);
  const [busy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<Extract<Outcome, { name: 'refused' }> | null>(null);
  const index = screens.findIndex((one) => one.key === key);
  const screen = screens[index];
  useDocument(text.questions.pageTitle);
  useEffect(() => {
    if (!screen) onDone();
  }, [screen === undefined]);
  if (!screen) return null;

  const finish = async () => {
    setBusy(true);
    setWaiting(false);
    await soon(keeper.saveAll().then((all) => all.find((one) => one.name !== 'saved') ?? { name: 'saved', follow: 'nothing' }), LAST_PATIENCE_MS);
    setBusy(false);
    if (keeper.pending) setWaiting(true);
    else onDone();
  };
  const give = async (answers: ReadonlyMap<string, Answer>) => {
    const { id } = screen.questionnaire;
    for (const [linkId, answer] of answers) keeper.set(id, linkId, answer);
    setBusy(true);
    setProblem(null);
    const outcome = await soon(keeper.save(id));
    setBusy(false);
    if (outcome.name === 'refused') return setProblem(outcome);
    // The page with the number comes at once, and leads back to what is open then.
    if (outcome.name === 'saved' && outcome.follow === 'crisis') return;
    const following = screensFor(keeper);
    const next = following[following.findIndex((one) => one.key === screen.key) + 1];
    if (next) setKey(next.key);
    else await finish();
  };
  return (
    <PageFrame page="questions" clinic={clinic}>
      {position && <StepLine {...position} what={text.questions.step({ now: index + 1, of: screens.length })} />}
      <ScreenForm
        key={screen.key}
        keeper={keeper}
        screen={screen}
        busy={busy}
        last={index + 1 === screens.length}
        word={index + 1 === screens.length ? text.questions.done : text.questions.next}
        problem={problem}
        onGive={(answers) => void give(answers)}
        onBack={index > 0 ? () => setKey(screens[index - 1]?.key ?? null) : null}
      />
      {waiting && (
        <Note icon="waves" tone="attend">
          <p role="status">{text.questions.notSaved}</p>
          <div class="row">
            <Button onClick={() => void finish()}>{text.questions.tryAgain}</Button>
            <Button kind="plain" onClick={onDone}>
              {text.questions.goOn}
            </Button>
          </div>
        </Note>
      )}
      <Always keeper={keeper} />
    </PageFrame>
  );
}

/** One answer changed, and back to where that was chosen. */
export function OneQuestionPage({ keeper, clinic, screen, onDone }: { keeper: AnswerKeeper; clinic: Clinic | null; screen: Screen; onDone: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Extract<Outcome, { name: 'refused' }> | null>(null);
  const chosenToGo = useRef(false);
  useDocument(text.questions.pageTitle);
  const close = () => {
    chosenToGo.current = true;
    onDone();
  };
  // Somebody was let in meanwhile: what they had changed is not lost.
  const keepDraft = (answers: ReadonlyMap<string, Answer>) => {
    if (chosenToGo.current) return;
    const { id } = screen.questionnaire;
    for (const [linkId, answer] of answers) keeper.set(id, linkId, answer);
    void keeper.save(id);
  };
  const give = async (answers: ReadonlyMap<string, Answer>) => {
    const { id } = screen.questionnaire;
    for (const [linkId, answer] of answers) keeper.set(id, linkId, answer);
    setBusy(true);
    setProblem(null);
    const outcome = await soon(keeper.save(id));
    setBusy(false);
    if (outcome.name === 'refused') setProblem(outcome);
    else close();
  };
  return (
    <PageFrame page="questions" clinic={clinic}>
      <ScreenForm keeper={keeper} screen={screen} busy={busy} word={text.answers.keep} problem={problem} onGive={(answers) => void give(answers)} onAway={keepDraft} onBack={close} />
      <Always keeper={keeper} />
    </PageFrame>
  );
}

/** Whatever is asked: whom to call when it cannot wait. */
function Always({ keeper }: { keeper: AnswerKeeper }) {
  const crisis = crisisIn(keeper.asked.crisis, text.code);
  if (!crisis) return null;
  return (
    <p class="quiet small">
      <SentenceWithNumber words={text.questions.notWatched} number={crisis.number} />
    </p>
  );
}

interface ScreenFormProps {
  keeper: AnswerKeeper;
  screen: Screen;
  busy: boolean;
  /** The last one of the way. */
  last?: boolean;
  /** What the main button says. */
  word: string;
  problem: Extract<Outcome, { name: 'refused' }> | null;
  onGive: (answers: ReadonlyMap<string, Answer>) => void;
  /** The form goes away with these answers, which are whole and not given yet. */
  onAway?: (answers: ReadonlyMap<string, Answer>) => void;
  onBack: (() => void) | null;
}

/** A text in a group ("Whom should we call?" - "Name") is understood by the words of the group. */
function singleOf({ items, before }: Screen): Item | undefined {
  const texts = items.every((one) => one.type === 'text');
  return items.length === 1 && !(texts && before.length > 0) ? items[0] : undefined;
}

export const headingOf = (screen: Screen): [heading: string, hint: string] =>
  headingAndHint(inWords(singleOf(screen)?.text ?? screen.before.at(-1), text.code));

type Draft = Record<string, Value | undefined>;

const isEmpty = (value: Value | undefined): boolean => value === undefined || (typeof value === 'string' && value.trim() === '');

function ScreenForm({ keeper, screen, busy, last = false, word, problem, onGive, onAway, onBack }: ScreenFormProps) {
  const words = text.questions;
  const { questionnaire, items } = screen;
  const [draft, setDraft] = useState<Draft>(() =>
    Object.fromEntries(items.map((one) => [one.link_id, keeper.suggestion(questionnaire, one.link_id)?.value])),
  );
  const given = useRef(draft);
  const [missing, setMissing] = useState<string | null>(null);
  const required = items.some((one) => one.required);
  const texts = items.every((one) => one.type === 'text');
  const single = singleOf(screen);
  const [heading, hint] = headingOf(screen);
  const above = (single ? screen.before : screen.before.slice(0, -1)).map((one) => inWords(one, text.code));
  const copyright = inWords(questionnaire.copyright, text.code);
  const skip = () => {
    given.current = draft;
    onGive(new Map(items.map((one) => [one.link_id, { skipped: true }])));
  };
  const open = items.find((one) => isEmpty(draft[one.link_id]) && (one.required || !texts));
  const drafted = () =>
    new Map<string, Answer>(items.map((one) => [one.link_id, isEmpty(draft[one.link_id]) ? { skipped: true } : { value: cleaned(draft[one.link_id]) }]));
  const next = () => {
    if (open) return setMissing(open.link_id);
    given.current = draft;
    onGive(drafted());
  };
  const goAway = useRef(() => undefined as void);
  goAway.current = () => {
    if (!open && items.some((one) => draft[one.link_id] !== given.current[one.link_id])) onAway?.(drafted());
  };
  useEffect(() => () => goAway.current(), []);
  const wrongOf = (item: Item): string | null => {
    if (missing === item.link_id) return required ? words.missingNeeded : words.missing({ skip: words.skip });
    if (problem?.question === item.link_id) return problem.problem === 'too_long' ? text.place.tooLong : text.place.notClean;
    return null;
  };
  return (
    <>
      {above.map((one) => (
        <p key={one} class="lede">
          {one}
        </p>
      ))}
      <PageHeading>{heading}</PageHeading>
      {hint && <p class="quiet">{hint}</p>}
      {items.map((item) => (
        <Question
          key={item.link_id}
          item={item}
          label={single ? heading : inWords(item.text, text.code)}
          labelled={single === undefined}
          value={draft[item.link_id]}
          wrong={wrongOf(item)}
          onChange={(value) => {
            setDraft((now) => ({ ...now, [item.link_id]: value }));
            setMissing(null);
          }}
        />
      ))}
      {!texts && (
        <Note>
          <p>{words.whoSees}</p>
        </Note>
      )}
      {problem && !items.some((one) => one.link_id === problem.question) && (
        <p class="wrong" role="alert">
          {text.place.failed}
        </p>
      )}
      <div class={required || last ? 'two-acts' : 'two-acts both'}>
        {!required && !(last && texts) && (
          <Button big busy={busy} onClick={skip}>
            {words.skip}
          </Button>
        )}
        <Button kind="go" big busy={busy} onClick={next}>
          {word}
        </Button>
      </div>
      {onBack && (
        <p>
          <Button kind="plain" icon="back" onClick={onBack}>
            {words.back}
          </Button>
        </p>
      )}
      {copyright && <p class="quiet small">{copyright}</p>}
    </>
  );
}

const cleaned = (value: Value | undefined): Value => (typeof value === 'string' ? value.trim() : (value ?? ''));

interface QuestionProps {
  item: Item;
  label: string;
  /** Whether the label has to be shown: the heading says it else. */
  labelled: boolean;
  value: Value | undefined;
  wrong: string | null;
  onChange: (value: Value) => void;
}

function Question({ item, label, labelled, value, wrong, onChange }: QuestionProps): JSX.Element {
  const name = `q-${item.link_id}`;
  if (item.type === 'scale') {
    const anchors = (item.options ?? []).map((one) => ({ value: Number(one.value), words: inWords(one.text, text.code) }));
    const point = typeof value === 'number' ? value : null;
    return (
      <NumberScale name={name} label={label} minimum={item.minimum ?? 0} maximum={item.maximum ?? 10} anchors={anchors} value={point} wrong={wrong} onChoose={onChange} />
    );
  }
  if (item.type === 'choice' || item.type === 'boolean') {
    const yesNo = item.type === 'boolean';
    const choices = yesNo
      ? [
          { value: 'true', words: text.questions.yes },
          { value: 'false', words: text.questions.no },
        ]
      : (item.options ?? []).map((one) => ({ value: String(one.value), words: inWords(one.text, text.code) }));
    return (
      <ChoiceList name={name} label={label} choices={choices} value={value === undefined ? null : String(value)} wrong={wrong} onChoose={(one) => onChange(yesNo ? one === 'true' : one)} />
    );
  }
  if (item.meaning === 'questions') {
    const list = typeof value === 'string' ? value.split('\n').filter((one) => one.trim()) : [];
    return <QuestionList questions={list} lengthMax={item.length_max ?? 2000} onChange={(questions) => onChange(questions.join('\n'))} />;
  }
  return <TextQuestion name={name} item={item} label={label} labelled={labelled} value={value} wrong={wrong} onChange={onChange} />;
}

const SHORT_TEXT = 200;

function TextQuestion({ name, item, label, labelled, value, wrong, onChange }: QuestionProps & { name: string }) {
  const shared = {
    id: name,
    class: 'input',
    value: typeof value === 'string' ? value : '',
    'aria-invalid': wrong ? ('true' as const) : undefined,
    'aria-describedby': wrong ? `${name}-wrong` : undefined,
    onInput: (event: Event) => onChange((event.currentTarget as HTMLInputElement).value),
  };
  const phone = item.meaning === 'contact.phone';
  return (
    <div class="field">
      <label for={name} class={labelled ? undefined : 'vh'}>
        {label}
      </label>
      {wrong && (
        <p class="wrong" id={`${name}-wrong`} role="alert">
          {wrong}
        </p>
      )}
      {(item.length_max ?? 0) > SHORT_TEXT ? <textarea {...shared} rows={4} /> : <input {...shared} type={phone ? 'tel' : 'text'} autocomplete="off" />}
    </div>
  );
}
