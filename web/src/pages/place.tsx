// "Which state are you in today?", then where help can reach and call: asked by the site's questionnaire,
// prefilled from what is known, and confirmed each time somebody comes.

import { useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import { ChoiceList } from '../components/choice_list/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { StepLine } from '../components/step_line/view';
import type { AnswerKeeper, Outcome } from '../protocol/answer_keeper';
import { inWords, isPlace } from '../protocol/questionnaires';
import type { Item, Questionnaire } from '../protocol/questionnaires';
import { text } from '../text/text';
import { neighboursOf, stateOfAddress } from './neighbours';
import type { Position } from './way_in';
import '../components/field/style.css';
import './place.css';

interface PlacePageProps {
  keeper: AnswerKeeper;
  clinic: Clinic | null;
  position: Position | null;
  onDone: () => void;
}

const OTHER = 'other';
/** So long the page waits for the gateway; after that it goes on, and the answer follows. */
const PATIENCE_MS = 4000;

export const placeOf = (keeper: AnswerKeeper): Questionnaire | undefined =>
  keeper.asked.questionnaires.find((one) => one.items.some(isPlace));

const itemOf = (questionnaire: Questionnaire, meaning: Item['meaning']) => questionnaire.items.find((one) => one.meaning === meaning);

function knownText(keeper: AnswerKeeper, questionnaire: Questionnaire, item: Item | undefined): string {
  const value = item && keeper.suggestion(questionnaire, item.link_id)?.value;
  return typeof value === 'string' ? value : '';
}

/** What the gateway said in time. */
export const soon = (saving: Promise<Outcome>, patience = PATIENCE_MS): Promise<Outcome> =>
  Promise.race([saving, new Promise<Outcome>((resolve) => setTimeout(() => resolve({ name: 'later' }), patience))]);

export function PlacePage({ keeper, clinic, position, onDone }: PlacePageProps) {
  const questionnaire = placeOf(keeper);
  const state = questionnaire && itemOf(questionnaire, 'place.state');
  const [asking, setAsking] = useState<'state' | 'address'>(state ? 'state' : 'address');
  useDocument(text.place.pageTitle);
  if (!questionnaire) return null;
  const address = itemOf(questionnaire, 'place.address') ?? itemOf(questionnaire, 'place.phone');
  return (
    <PageFrame page="place" clinic={clinic}>
      {position && <StepLine {...position} what={text.place.step} />}
      {asking === 'state' && state ? (
        <StateQuestion key="state" keeper={keeper} questionnaire={questionnaire} item={state} onNext={() => (address ? setAsking('address') : onDone())} />
      ) : (
        <AddressQuestion key="address" keeper={keeper} questionnaire={questionnaire} onBack={state ? () => setAsking('state') : null} onNext={onDone} />
      )}
    </PageFrame>
  );
}

interface PartProps {
  keeper: AnswerKeeper;
  questionnaire: Questionnaire;
  onNext: () => void;
}

function StateQuestion({ keeper, questionnaire, item, onNext }: PartProps & { item: Item }) {
  const words = text.place;
  const options = (item.options ?? []).map((one) => ({ value: String(one.value), words: inWords(one.text, text.code) }));
  const home = stateOfAddress(knownText(keeper, questionnaire, itemOf(questionnaire, 'place.address')));
  const said = keeper.of(questionnaire.id).get(item.link_id)?.value;
  const earlier = questionnaire.prefill.find((one) => one.link_id === item.link_id)?.value;
  const near = [...new Set([home, earlier, ...(home ? neighboursOf(home) : [])])];
  const first = near.flatMap((code) => options.filter((one) => one.value === code)).slice(0, 7);
  const inFirst = first.some((one) => one.value === said);
  const [chosen, setChosen] = useState<string | null>(typeof said !== 'string' ? null : inFirst ? said : OTHER);
  const [other, setOther] = useState(typeof said === 'string' && !inFirst ? said : '');
  const [wrong, setWrong] = useState<string | null>(null);
  const all = first.length === 0;
  const value = all || chosen === OTHER ? other : (chosen ?? '');
  const next = () => {
    if (!value) return setWrong(chosen === OTHER ? words.missingOther : words.missing);
    keeper.set(questionnaire.id, item.link_id, { value });
    void keeper.save(questionnaire.id);
    onNext();
  };
  return (
    <>
      <PageHeading>{words.title}</PageHeading>
      <p class="quiet">{words.why}</p>
      {!all && (
        <ChoiceList
          name="state"
          label={words.title}
          choices={[...first.map((one) => ({ ...one, note: one.value === home ? words.home : undefined })), { value: OTHER, words: words.other }]}
          value={chosen}
          wrong={chosen === OTHER ? null : wrong}
          onChoose={(one) => {
            setChosen(one);
            setWrong(null);
          }}
        />
      )}
      {(all || chosen === OTHER) && (
        <div class="field place-other">
          <label for="other-state">{words.otherLabel}</label>
          {wrong && (
            <p class="wrong" id="other-state-wrong" role="alert">
              {wrong}
            </p>
          )}
          <select
            id="other-state"
            class="input"
            value={other}
            aria-invalid={wrong ? 'true' : undefined}
            aria-describedby={wrong ? 'other-state-wrong' : undefined}
            onChange={(event) => {
              setOther(event.currentTarget.value);
              setWrong(null);
            }}
          >
            <option value="">{words.choose}</option>
            {options
              .filter((one) => all || !first.some((other) => other.value === one.value))
              .map((one) => (
                <option key={one.value} value={one.value}>
                  {one.words}
                </option>
              ))}
          </select>
        </div>
      )}
      <Button kind="go" big wide onClick={next}>
        {words.next}
      </Button>
    </>
  );
}

function AddressQuestion({ keeper, questionnaire, onBack, onNext }: PartProps & { onBack: (() => void) | null }) {
  const words = text.place;
  const address = itemOf(questionnaire, 'place.address');
  const phone = itemOf(questionnaire, 'place.phone');
  const here = keeper.of(questionnaire.id).get(itemOf(questionnaire, 'place.state')?.link_id ?? '')?.value;
  const knownAddress = knownText(keeper, questionnaire, address);
  const home = stateOfAddress(knownAddress);
  // Somebody who is in another state today is not at that address.
  const stillThere = home === null || here === undefined || home === here;
  const [values, setValues] = useState({ address: stillThere ? knownAddress : '', phone: knownText(keeper, questionnaire, phone) });
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const prefilled = [values.address, values.phone].some(Boolean);
  const fields = [
    { item: address, key: 'address', label: words.address, multiline: true },
    { item: phone, key: 'phone', label: words.phone, multiline: false },
  ] as const;
  const next = async () => {
    const missing = fields.filter(({ item, key }) => item?.required && !values[key].trim());
    setWrong(Object.fromEntries(missing.map(({ key }) => [key, words.missingField])));
    setFailed(false);
    if (missing.length > 0) return document.getElementById(`place-${missing[0]?.key ?? ''}`)?.focus();
    for (const { item, key } of fields) {
      const said = values[key].trim();
      if (item) keeper.set(questionnaire.id, item.link_id, said ? { value: said } : { skipped: true });
    }
    setBusy(true);
    const outcome = await soon(keeper.save(questionnaire.id));
    setBusy(false);
    if (outcome.name !== 'refused') return onNext();
    const field = fields.find(({ item }) => item?.link_id === outcome.question);
    if (field) setWrong({ [field.key]: outcome.problem === 'too_long' ? words.tooLong : words.notClean });
    else setFailed(true);
  };
  return (
    <>
      <PageHeading>{words.addressTitle}</PageHeading>
      <p class="quiet">{words.addressWhy}</p>
      {prefilled && <p>{words.stillRight}</p>}
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void next();
        }}
      >
        {fields.map(({ item, key, label, multiline }) => {
          if (!item) return null;
          const shared = {
            id: `place-${key}`,
            class: 'input',
            value: values[key],
            'aria-invalid': wrong[key] ? ('true' as const) : undefined,
            'aria-describedby': wrong[key] ? `place-${key}-wrong` : undefined,
            onInput: (event: Event) => {
              const { value } = event.currentTarget as HTMLInputElement;
              setValues((now) => ({ ...now, [key]: value }));
            },
          };
          return (
            <div class="field" key={key}>
              <label for={`place-${key}`}>{label}</label>
              {wrong[key] && (
                <p class="wrong" id={`place-${key}-wrong`} role="alert">
                  {wrong[key]}
                </p>
              )}
              {multiline ? <textarea {...shared} rows={3} autocomplete="street-address" /> : <input {...shared} type="tel" autocomplete="tel" />}
            </div>
          );
        })}
        {failed && (
          <p class="wrong" role="alert">
            {words.failed}
          </p>
        )}
        <div class="acts">
          <Button kind="go" big wide type="submit" busy={busy}>
            {prefilled ? words.right : words.next}
          </Button>
          {onBack && (
            <Button kind="plain" icon="back" onClick={onBack}>
              {words.back}
            </Button>
          )}
        </div>
      </form>
    </>
  );
}
