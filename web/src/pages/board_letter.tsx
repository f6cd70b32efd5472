// The link once more, by email or text message: one press, and what became of it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import type { BoardDay, BoardSeat, BoardVisit } from '../protocol/board';
import { readLetter, sendLink } from '../protocol/board_api';
import type { Letter } from '../protocol/board_api';
import { HttpProblem } from '../protocol/http_api';
import { text } from '../text/text';
import { moment } from './board_words';

const LOOK_EVERY_MS = 2000;
/** Then it goes on trying without being watched. */
const LOOKS = 30;

type State = { name: 'idle' } | { name: 'busy' } | { name: 'sent'; letter: Letter; looks: number } | { name: 'refused'; code: string };

export function SendLink({ visit, seat, day }: { visit: BoardVisit; seat: BoardSeat; day: BoardDay }) {
  const words = text.board.letter;
  const [state, setState] = useState<State>({ name: 'idle' });
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  useEffect(() => {
    if (state.name !== 'sent' || state.letter.state !== 'pending' || state.looks >= LOOKS) return;
    const timer = setTimeout(() => {
      readLetter(visit.id, state.letter.id)
        .catch(() => undefined)
        .then((letter) => gone.current || setState({ name: 'sent', letter: letter ?? state.letter, looks: state.looks + 1 }));
    }, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const send = () => {
    setState({ name: 'busy' });
    sendLink(visit.id, seat.id).then(
      (letter) => gone.current || setState({ name: 'sent', letter, looks: 0 }),
      (error) => gone.current || setState({ name: 'refused', code: error instanceof HttpProblem ? error.code : '' }),
    );
  };
  const busy = state.name === 'busy' || (state.name === 'sent' && state.letter.state === 'pending' && state.looks < LOOKS);
  const result = resultOf(state, day);
  return (
    <div class="send-link" data-letter={state.name === 'sent' ? state.letter.state : state.name}>
      <Button icon="chat" label={words.sendTo({ name: seat.name })} busy={busy} onClick={send}>
        {words.send}
      </Button>
      <p role="status" class={result.bad ? 'bad' : 'quiet'}>
        {result.words}
      </p>
    </div>
  );
}

function resultOf(state: State, day: BoardDay): { words: string; bad: boolean } {
  const words = text.board.letter;
  const good = (said: string) => ({ words: said, bad: false });
  const bad = (said: string) => ({ words: said, bad: true });
  if (state.name === 'refused') {
    if (state.code === 'invalid') return bad(words.noAddress);
    return bad(state.code === 'too_many' ? words.tooMany : words.error);
  }
  if (state.name !== 'sent') return good('');
  const { letter } = state;
  switch (letter.state) {
    case 'pending':
      return good(state.looks < LOOKS ? words.onItsWay : words.notYet);
    case 'sent': {
      const time = moment(letter.settled_at ?? Date.now(), day);
      return good(letter.channel === 'text' ? words.sentText({ time }) : words.sentMail({ time }));
    }
    default:
      return bad(letter.detail === 'no_address' ? words.noAddress : words.notDelivered);
  }
}
