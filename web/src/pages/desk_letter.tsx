// The written opinion on the desk: its parts, what it came to, and the part that is open.

import { Button } from '../components/button/view';
import { Icon } from '../components/icon/view';
import { LetterText } from '../components/opinion_panel/view';
import type { OpinionState } from '../components/opinion_panel/use_opinion';
import { opinionPdfUrl } from '../protocol/http_api';
import { longDate } from '../text/times';
import { text } from '../text/text';

interface PartProps {
  state: OpinionState;
  part: number;
  onPart: (part: number) => void;
}

export function Sections({ state, caseId, part, onPart }: PartProps & { caseId: string }) {
  const { opinion } = state;
  return (
    <nav class="d-nav" aria-label={text.panel.sections}>
      {opinion && (
        <>
          <ol class="sections">
            {opinion.sections.map((section, index) => (
              <li key={section.id}>
                <button type="button" aria-current={index === part ? 'step' : undefined} onClick={() => onPart(index)}>
                  {section.heading}
                </button>
              </li>
            ))}
          </ol>
          <section aria-labelledby="outcome" class="stack tight outcome">
            {(opinion.outcome?.length ?? 0) > 0 && (
              <>
                <h2 id="outcome">{text.panel.outcome}</h2>
                <ul>
                  {opinion.outcome?.map((one) => (
                    <li key={one.code}>{one.text}</li>
                  ))}
                </ul>
              </>
            )}
            <p class="quiet">{text.panel.writtenBy({ author: opinion.author.name, day: longDate(opinion.delivered_at, text.locale) })}</p>
            {opinion.pdf && (
              <p>
                <a href={opinionPdfUrl(caseId)} target="_blank" rel="noopener">
                  {text.panel.pdf}
                </a>
              </p>
            )}
          </section>
        </>
      )}
    </nav>
  );
}

export function LetterOnDesk({ state, hasLetter, part, onPart }: PartProps & { hasLetter: boolean }) {
  const { opinion, failed, again } = state;
  const section = opinion?.sections[part];
  if (!opinion || !section) {
    return (
      <section class="d-letter" aria-label={text.panel.opinion}>
        <div class="letter-state" role="status">
          <p>{!hasLetter ? text.desk.noLetter : failed ? text.panel.failed : text.panel.loading}</p>
          {failed && <Button onClick={again}>{text.panel.again}</Button>}
        </div>
      </section>
    );
  }
  const place = text.panel.section({ now: part + 1, of: opinion.sections.length });
  return (
    <section class="d-letter" aria-label={text.panel.opinion}>
      <div class="who-sees">
        <p>
          <Icon name="paper" />
          {opinion.title}
        </p>
        <p class="quiet">{place}</p>
      </div>
      <LetterText section={section} label={place} />
      <div class="d-acts">
        <Button icon="back" disabled={part === 0} onClick={() => onPart(part - 1)}>
          {text.panel.previous}
        </Button>
        <Button kind="go" disabled={part + 1 >= opinion.sections.length} onClick={() => onPart(part + 1)}>
          {text.panel.next}
        </Button>
      </div>
    </section>
  );
}
