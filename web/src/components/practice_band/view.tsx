// Above every page of a practice visit: nobody in it is real, and nothing of it is kept.

import { text } from '../../text/text';
import './style.css';

export function PracticeBand() {
  const words = text.practising;
  return (
    <section class="practice-band" aria-label={words.title} data-practice>
      <p>
        <strong>{words.title}</strong> {words.band}
      </p>
    </section>
  );
}
