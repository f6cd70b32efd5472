// What somebody answered before the visit, for staff: alerts and scores at the door, the rest beside.

import { useState } from 'preact/hooks';
import type { Alert, Screening } from '../../protocol/http_api';
import { inWords } from '../../protocol/questionnaires';
import { shortName } from '../../text/names';
import { clock } from '../../text/times';
import { roleWord, text } from '../../text/text';
import { Button } from '../button/view';
import { Icon } from '../icon/view';
import { Note } from '../note/view';
import { alertsOf, answersOf, answerWords, doorScoresOf, peopleOf, questionsOf, saidOf, scoreName, scoresOf, scoreWords } from './scores';
import type { ScreeningState } from './use_screening';
import './style.css';

interface AlertNoteProps {
  alert: Alert;
  onAcknowledge: (alert: string) => Promise<void>;
}

/** "Distress: 8 of 10. Nobody of the team has seen this yet." */
function AlertNote({ alert, onAcknowledge }: AlertNoteProps) {
  const words = text.screening;
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const pressing = alert.state === 'pressing';
  const acknowledge = () => {
    setBusy(true);
    setFailed(false);
    onAcknowledge(alert.id)
      .catch(() => setFailed(true))
      .finally(() => setBusy(false));
  };
  return (
    <div data-alert={alert.state}>
      <Note icon={pressing ? 'warning' : 'tick'} tone={pressing ? 'attend' : undefined}>
        <p>
          <strong>
            {alert.score === 'emergency'
              ? words.emergency({ clock: clock(alert.raised_at, text.locale) })
              : words.alert({ score: scoreName(alert.score), value: alert.value, maximum: alert.maximum })}
          </strong>{' '}
          {alert.follow === 'crisis' && words.crisisShown}
        </p>
        <p>
          {alert.acknowledged
            ? words.acknowledged({ name: alert.acknowledged.name, clock: clock(alert.acknowledged.at, text.locale) })
            : words.pressing({ role: roleWord(alert.told), clock: clock(alert.raised_at, text.locale) })}
        </p>
        {alert.note && <p class="said">{alert.note}</p>}
        {pressing && (
          <Button busy={busy} onClick={acknowledge}>
            {words.acknowledge}
          </Button>
        )}
        {failed && (
          <p class="wrong" role="alert">
            {words.notAcknowledged}
          </p>
        )}
      </Note>
    </div>
  );
}

/** On somebody's card at the door. */
export function ScreeningAtDoor({ state, participant }: { state: ScreeningState; participant: string }) {
  const { screening } = state;
  const scores = doorScoresOf(screening, participant);
  const place = saidOf(screening, participant, 'place.state');
  const words = text.screening;
  if (scores.length === 0 && !place) return null;
  return (
    <>
      {alertsOf(screening, participant).map((alert) => (
        <AlertNote key={alert.id} alert={alert} onAcknowledge={state.acknowledge} />
      ))}
      <dl class="facts-door">
        {scores.map((score) => (
          <div key={score.code} class={score.follow === 'nothing' ? 'ok' : 'look'}>
            <Icon name={score.follow === 'nothing' ? 'tick' : 'warning'} />
            <dt>{scoreName(score.code, score.title)}</dt>
            <dd>
              {scoreWords(score)}
              {score.follow !== 'nothing' && <span class="vh"> {words.high}</span>}
            </dd>
          </div>
        ))}
        {place && (
          <div>
            <Icon name="globe" />
            <dt>{words.today}</dt>
            <dd>{words.asTheySay({ place })}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

/** Beside the letter: everybody's questions, scores and answers. */
export function ScreeningSide({ state, atDoor }: { state: ScreeningState; atDoor: readonly string[] }) {
  const { screening, failed, again } = state;
  const people = peopleOf(screening);
  const words = text.screening;
  if (failed && people.length === 0) {
    return (
      <section class="stack tight">
        <p role="status">{words.failed}</p>
        <Button onClick={again}>{text.panel.again}</Button>
      </section>
    );
  }
  return (
    <>
      {people.map((person) => (
        <PersonAnswers key={person.id} person={person} state={state} withAlerts={!atDoor.includes(person.id)} />
      ))}
    </>
  );
}

function PersonAnswers({ person, state, withAlerts }: { person: { id: string; name: string }; state: ScreeningState; withAlerts: boolean }) {
  const { screening } = state;
  const words = text.screening;
  const questions = questionsOf(screening, person.id);
  const name = shortName(person.name);
  return (
    <>
      {questions.length > 0 && (
        <section class="stack tight" aria-labelledby={`questions-${person.id}`}>
          <h2 id={`questions-${person.id}`}>{words.questions({ name })}</h2>
          <ol class="their-questions">
            {questions.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ol>
        </section>
      )}
      <section class="stack tight" aria-labelledby={`answers-${person.id}`} data-answers={person.id}>
        <h2 id={`answers-${person.id}`}>{words.title({ name })}</h2>
        {withAlerts && alertsOf(screening, person.id).map((alert) => <AlertNote key={alert.id} alert={alert} onAcknowledge={state.acknowledge} />)}
        <AllAnswers screening={screening} participant={person.id} />
      </section>
    </>
  );
}

function AllAnswers({ screening, participant }: { screening: Screening; participant: string }) {
  const words = text.screening;
  const scores = scoresOf(screening, participant);
  const answers = answersOf(screening, participant).filter((one) => one.meaning !== 'questions');
  return (
    <>
      {scores.length > 0 && (
        <dl class="facts-side">
          {scores.map((score) => (
            <div key={score.code}>
              <dt>{scoreName(score.code, score.title)}</dt>
              <dd class={score.follow === 'nothing' ? undefined : 'look'}>
                {scoreWords(score)}
                {score.follow !== 'nothing' && <span class="vh"> {words.high}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <details>
        <summary>{words.all({ count: answers.length })}</summary>
        <dl class="facts-all">
          {answers.map((one) => (
            <div key={one.link_id}>
              <dt>{[inWords(one.group, text.code), inWords(one.text, text.code)].filter(Boolean).join(' ')}</dt>
              <dd class={one.skipped ? 'quiet' : undefined}>{answerWords(one)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
